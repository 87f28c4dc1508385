// Write: reply or note, and off it goes. What is written here is never swapped away.
import {$, acts} from '../parts/acts.js';
import {current, open, neighbour} from './nav.js';

const form = $('composer');
const box = $('composer-text');

/** "reply" or "note". */
export const kind = () => form.dataset.kind;

/** Switch between reply and note. */
export function setKind(name) {
  form.dataset.kind = name;
  for (const tab of form.querySelectorAll('.tab')) tab.setAttribute('aria-pressed', String(tab.dataset.kind === name));
  const label = $('composer-send').querySelector('[data-reply]');
  label.textContent = label.dataset[name];
  document.dispatchEvent(new CustomEvent('desk:kind'));
}

/** What is written, put in place of what was. */
export function setText(text) {
  box.value = text;
  grow();
  document.dispatchEvent(new CustomEvent('desk:text'));
}

function grow() {
  if (CSS.supports('field-sizing', 'content')) return;
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 288)}px`;
}

if (box) {
  box.addEventListener('input', () => {
    grow();
    document.dispatchEvent(new CustomEvent('desk:text'));
  });
  box.addEventListener('keydown', event => {
    if (event.isComposing || event.keyCode === 229) event.stopPropagation();
    else if (event.key === 'Escape') box.blur();
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    if (!box.readOnly) document.dispatchEvent(new CustomEvent('desk:send'));
  });
  // Between two conversations nothing can be written: it would reach the one that is being left.
  document.addEventListener('desk:leaving', () => { box.readOnly = true; });
  for (const name of ['opened', 'stayed']) document.addEventListener(`desk:${name}`, () => { box.readOnly = false; });
  acts.kind = tab => {
    if (!current()) return open(neighbour(1));
    setKind(tab.dataset.kind);
    box.focus();
  };
}
