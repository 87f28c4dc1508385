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
  around();
  poke();
});

const tags = () => [...$('tags').querySelectorAll('.tag')].map(tag => tag.dataset.tag);

async function keep(all) {
  const form = new URLSearchParams(all.map(tag => ['tag', tag]));
  if (await tell('PUT', $('tags').dataset.url, form)) around();
}

acts.untag = button => {
  const gone = button.closest('.tag');
  gone.remove();
  keep(tags());
};

$('panel').addEventListener('keydown', event => {
  if (event.target.id !== 'tag-input' || event.isComposing || event.keyCode === 229) return;
  const text = event.target.value.trim();
  if (event.key === 'Enter' || event.key === ',') {
    event.preventDefault();
    if (!text) return;
    event.target.value = '';
    keep([...tags(), text]);
  }
});
