// Find the other customer as the name is typed.
import {follow} from '../parts/http.js';
import {take} from './parts.js';

const PAUSE = 180;
const form = document.querySelector('form[data-find]');
const box = form?.elements.q;
let timer = 0;
let turn = 0;

async function find() {
  const mine = ++turn;
  const url = `${form.getAttribute('action')}?${new URLSearchParams({q: box.value.trim()})}`;
  try {
    const answer = await follow('GET', url);
    if (mine !== turn) return;
    take(answer.text);
    history.replaceState(null, '', url);
  } catch {
    // the button still asks, and says what is wrong
  }
}

box?.addEventListener('input', event => {
  clearTimeout(timer);
  timer = setTimeout(find, event.isComposing ? 2 * PAUSE : PAUSE);
});
box?.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229 || event.key !== 'ArrowDown') return;
  event.preventDefault();
  document.querySelector('[data-part=found] a')?.focus();
});
