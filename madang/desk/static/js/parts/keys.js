// Shortcuts: every one is a real button with data-key. Nothing fires while Hangul is being composed, and letters are
// read from the physical key when the layout yields Hangul.
import {$, acts} from './acts.js';

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const ACTIVE = 'dialog[open], [popover]:popover-open';

/** "j", "?", "mod+k", or null while a syllable is being composed. */
export function keyName(event) {
  if (event.isComposing || event.keyCode === 229) return null;
  let key = event.key;
  if (key.length === 1 && !/[\x20-\x7e]/.test(key)) {
    if (!event.code.startsWith('Key')) return null;
    key = event.code.slice(3);
  }
  if (/^[A-Z]$/i.test(key)) key = key.toLowerCase();
  const shifted = event.shiftKey && /^[a-z]$/.test(key) ? 'shift+' : '';
  return (event.ctrlKey || event.metaKey ? 'mod+' : '') + (event.altKey ? 'alt+' : '') + shifted + key;
}

const isTyping = target =>
  target.closest?.('input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]');

/** Whether a button can be pressed now. */
export const visible = button => !button.disabled && button.checkVisibility();

function fits(button, event) {
  const {keyWithin} = button.dataset;
  return visible(button) && (!keyWithin || event.target.closest(keyWithin));
}

document.addEventListener('keydown', event => {
  const name = keyName(event);
  if (!name || event.defaultPrevented) return;
  if (document.querySelector(ACTIVE)) return;
  if (isTyping(event.target) && !name.startsWith('mod+')) {
    if (name === 'Escape') event.target.blur();
    return;
  }
  const button = [...document.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)].find(one => fits(one, event));
  if (!button) return;
  event.preventDefault();
  button.click();
});

/** A key as people read it: ⌘K, Ctrl K, ?. */
export function shown(key) {
  const parts = key.replace('mod+', MAC ? '⌘' : 'Ctrl ').replace('shift+', MAC ? '⇧' : 'Shift ');
  return parts.replace('Enter', '⏎').replace(/\b[a-z]$/, letter => letter.toUpperCase());
}

acts.keys = () => {
  const seen = new Map();
  for (const button of document.querySelectorAll('[data-key][data-label]')) {
    if (visible(button)) seen.set(button.dataset.key, button.dataset.label);
  }
  $('keys').querySelector('dl').replaceChildren(...[...seen].map(([key, label]) => line(key, label)));
  $('keys').showModal();
};

function line(key, label) {
  const row = document.createElement('div');
  const term = document.createElement('dt');
  const value = document.createElement('dd');
  const mark = document.createElement('kbd');
  term.textContent = label;
  mark.textContent = shown(key);
  value.append(mark);
  row.append(term, value);
  return row;
}

for (const mark of document.querySelectorAll('.mod-enter')) mark.textContent = shown('mod+Enter');
