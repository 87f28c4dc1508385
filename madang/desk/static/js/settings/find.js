// The search over the settings, while one types. Without this script its form asks.
import {ask} from '../parts/http.js';
import {parse} from '../parts/parse.js';

const PAUSE = 90;
const form = document.querySelector('form[data-settings-search]');
const box = form?.elements.q;
const place = document.getElementById('settings-found');
const groups = document.getElementById('settings-groups');
let timer = 0;
let turn = 0;

async function find() {
  const mine = ++turn;
  const asked = box.value.trim();
  if (!asked) return show('', []);
  try {
    const html = await ask('GET', `/settings/search?${new URLSearchParams({q: asked})}`);
    if (mine === turn) show(asked, parse(html).childNodes);
  } catch {
    // enter still asks, and says what is wrong
  }
}

function show(asked, nodes) {
  place.replaceChildren(...nodes);
  groups.hidden = Boolean(asked);
  history.replaceState(null, '', asked ? `/settings?${new URLSearchParams({q: asked})}` : '/settings');
}

const links = () => [...place.querySelectorAll('a')];

function walk(event, by) {
  const some = links();
  const at = some.indexOf(document.activeElement) + by;
  if (!some.length) return;
  event.preventDefault();
  (at < 0 ? box : some[Math.min(at, some.length - 1)]).focus();
}

box?.addEventListener('input', event => {
  clearTimeout(timer);
  timer = setTimeout(find, event.isComposing ? 2 * PAUSE : PAUSE);
});
form?.addEventListener('submit', async event => {
  event.preventDefault();
  clearTimeout(timer);
  await find(); // whoever presses Enter at once means what she typed, not what was found for half of it
  links()[0]?.click();
});
document.addEventListener('keydown', event => {
  if (!box || event.isComposing || event.keyCode === 229) return;
  const near = event.target === box || place.contains(event.target);
  if (near && event.key === 'ArrowDown') walk(event, 1);
  if (near && event.key === 'ArrowUp') walk(event, -1);
  if (near && event.key === 'Escape' && box.value) { box.value = ''; box.focus(); find(); }
});
if (box && (location.hash === '#settings-find' || location.search)) box.focus();
document.querySelector('.settings-find')?.addEventListener('click', event => {
  if (!box) return;
  event.preventDefault();
  box.select();
});

// What was found on a page is brought into view.
if (location.hash.startsWith('#f-')) document.querySelector(location.hash)?.focus();
