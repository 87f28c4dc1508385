// The customer beside the conversation: her name and the conversation's tags.
import {$, acts} from '../parts/acts.js';
import {tell} from '../parts/http.js';
import {around} from './around.js';
import {poke} from './list.js';

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

let before = Promise.resolve();
let wish = null; // {url, all}: what there is once all that is under way has arrived

/** One after another: each says all there are. Whether it worked. */
function keep(change) {
  const {url} = $('tags').dataset;
  const mine = {url, all: change(wish?.url === url ? wish.all : tags())};
  wish = mine;
  before = before.then(() => tell('PUT', url, mine.all.map(tag => ['tag', tag])));
  before.then(() => {
    if (wish === mine) wish = null;
    around();
  });
  return before;
}

acts.untag = async button => {
  const gone = button.closest('.tag');
  const box = $('tags');
  const {tag} = gone.dataset;
  gone.remove();
  $('tag-input').focus();
  if (!await keep(all => all.filter(one => one !== tag)) && !tags().includes(tag)) box.prepend(gone);
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
  const kept = keep(all => [...all, text]); // the next one is told with it, however quick the hand
  input.before(made);
  if (await kept) return;
  made.remove();
  input.value ||= text;
});
