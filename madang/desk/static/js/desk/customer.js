// The customer beside the conversation: her name and the conversation's tags.
import {$, acts} from '../parts/acts.js';
import {ask, tell} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {around} from './around.js';
import {poke} from './list.js';
import {perform} from './verbs.js';

acts.rename = button => {
  const form = $('rename');
  form.hidden = !form.hidden;
  button.ariaExpanded = String(!form.hidden);
  if (!form.hidden) $('rename-text').select();
};

$('panel').addEventListener('submit', async event => {
  if (event.target.id !== 'rename') return;
  event.preventDefault();
  if (!await tell('POST', event.target.action, {name: $('rename-text').value})) return;
  event.target.hidden = true;
  if (event.target.isConnected) $('panel').querySelector('[data-act=rename]').focus();
  around();
  poke();
});

const tags = () => [...$('tags').querySelectorAll('.tag')].map(tag => tag.dataset.tag);

const FRESH = 60_000; // ms: so long the tags to choose from are as they were
let offered = -FRESH;
let before = Promise.resolve();

/** Each says its own tag only: what others give and take meanwhile stays. One after another, as she did it. Whether it worked. */
function keep(verb, tag) {
  const ids = [Number($('tags').dataset.cid)];
  offered = -FRESH;
  before = before.then(() => perform(verb, tag, {all: false, ids}));
  return before;
}

acts.untag = async button => {
  const gone = button.closest('.tag');
  const box = $('tags');
  const {tag} = gone.dataset;
  gone.remove();
  $('tag-input').focus();
  if (!await keep('untag', tag) && !tags().includes(tag)) box.prepend(gone);
};

$('panel').addEventListener('keydown', async event => {
  const {target: input} = event;
  if (input.id !== 'tag-input' || event.isComposing || event.keyCode === 229) return;
  const text = input.value.trim();
  if (event.key !== 'Enter' && event.key !== ',') return;
  event.preventDefault();
  if (!text) return;
  input.value = '';
  const made = Object.assign(document.createElement('span'), {className: 'tag', textContent: text});
  made.dataset.tag = text;
  const kept = keep('tag', text);
  input.before(made);
  if (await kept) return;
  made.remove();
  input.value ||= text;
});

document.addEventListener('focusin', async ({target}) => {
  if (target.getAttribute('list') !== 'known-tags' || performance.now() - offered < FRESH) return;
  offered = performance.now();
  try {
    $('known-tags').replaceChildren(parse(await ask('GET', '/tags')));
  } catch {
    offered = -FRESH; // without them any tag can still be written
  }
});
