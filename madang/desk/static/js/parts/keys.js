// Shortcuts: every one is a real button with data-key. Nothing fires while Hangul is being composed, and letters are
// read from the physical key when the layout yields Hangul. "g i" is two keys, one after the other.
import {$, acts} from './acts.js';

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const ACTIVE = 'dialog[open], [popover]:popover-open';
const AGAIN = ['j', 'k']; // what a held key repeats; anything else would be done to one thing after another
const UNDO = 'mod+z';
const SECOND = 1_500; // ms for the second of two keys
let begun = {key: '', at: 0};

const composes = event => event.isComposing || event.keyCode === 229;

/** Whether a key is meant for the page: nothing has used it, nothing lies over the page, no syllable is being composed. */
export const isFree = event => !composes(event) && !event.defaultPrevented && !document.querySelector(ACTIVE);

/** "j", "?", "mod+k", or null while a syllable is being composed. */
export function keyName(event) {
  if (composes(event)) return null;
  let key = event.key;
  if (key.length === 1 && !/[\x20-\x7e]/.test(key)) {
    if (!event.code.startsWith('Key')) return null;
    key = event.code.slice(3);
  }
  if (/^[A-Z]$/i.test(key)) key = key.toLowerCase();
  const shifted = event.shiftKey && /^[a-z]$/.test(key) ? 'shift+' : '';
  return held(event) + (event.altKey ? 'alt+' : '') + shifted + key;
}

// On a Mac Ctrl edits within fields, elsewhere the other key is the system's: neither is ours.
function held({ctrlKey, metaKey, key}) {
  if (MAC ? metaKey || (ctrlKey && key === 'Enter') : ctrlKey) return 'mod+';
  return ctrlKey || metaKey ? 'system+' : '';
}

const isTyping = target =>
  target.closest?.('input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]');

/** Whether a button can be pressed now. */
export const visible = button => !button.disabled && button.checkVisibility();

// Where there is little room (a page at twice its size, too) some buttons have no place. Their keys still work.
const NARROW = matchMedia('(width < 78rem)');
const LEFT_OUT = '.hide-phone, .hide-narrow, .only-desk, .list-pane *, .panel *, .rail *';
const NOT_NOW = '[hidden], dialog:not([open]), [popover]:not(:popover-open), .thread-pane[data-cid=""]';
const folded = button => NARROW.matches && !button.disabled && button.matches(LEFT_OUT) && !button.closest(NOT_NOW);

/** Whether a button's key does something now, though the button may have no place. */
export const usable = button => visible(button) || folded(button);

function buttonOf(name, event) {
  const some = [...document.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)]
    .filter(({dataset}) => !dataset.keyWithin || event.target.closest(dataset.keyWithin));
  if (/z$/.test(name)) some.reverse(); // what was done last is undone first
  return some.find(visible) ?? some.find(folded);
}

document.addEventListener('keydown', event => {
  const name = keyName(event);
  if (!name || event.defaultPrevented) return;
  if (document.querySelector(ACTIVE)) return over(name, event);
  if (/^(shift\+)?.$/.test(name) && document.documentElement.dataset.keys === 'mod') return;
  if (isTyping(event.target) && (name === UNDO ? event.target.value : !name.startsWith('mod+'))) { // what is written has an undo of its own
    if (name === 'Escape') leave(event.target);
    return;
  }
  const pair = performance.now() - begun.at < SECOND && buttonOf(`${begun.key} ${name}`, event);
  begun = {key: event.repeat || pair ? '' : name, at: performance.now()};
  const button = pair || buttonOf(name, event) || (name === UNDO && buttonOf('z', event));
  if (!button) return;
  event.preventDefault();
  if (!event.repeat || AGAIN.includes(name)) button.click();
});

// While something lies over the page the browser has no use for these two either: it would search, or save the page.
function over(name, event) {
  if (!['mod+k', 'mod+s'].includes(name)) return;
  event.preventDefault();
  if (name === 'mod+s' || !$('palette')) return;
  if ($('palette').open) $('palette').close();
  else if (!document.querySelector('dialog[open]')) {
    document.querySelector(ACTIVE).hidePopover();
    acts.palette?.();
  }
}

// Out of a field: what it stands under has the focus then, not nobody.
function leave(field) {
  field.blur();
  field.closest('section')?.querySelector('[role=log]')?.focus({preventScroll: true});
}

/** A key as people read it: ⌘K, Ctrl K, ?, G I. */
export function shown(key) {
  const parts = key.replace('mod+', MAC ? '⌘' : 'Ctrl ').replace('shift+', MAC ? '⇧' : 'Shift ').replace('alt+', MAC ? '⌥' : 'Alt ');
  return parts.replace('Enter', '⏎').replace('Escape', 'Esc').replace('ArrowDown', '↓').replace('ArrowUp', '↑').replace(/(?<=^|[ ⌘⇧⌥])[a-z](?= |$)/g, letter => letter.toUpperCase());
}

/** What is done with the matter at hand before where one may go. */
export const inOrder = selector => [...document.querySelectorAll(selector)].sort((one, other) => Boolean(one.closest('.rail')) - Boolean(other.closest('.rail')));

// Where a button stands, as readers are told: the nearest region with a name.
function region(button) {
  const place = button.closest('form[aria-label], section[aria-label], aside[aria-label], nav[aria-label]:not(.views), header[aria-label]');
  return place?.ariaLabel || $('keys').dataset.everywhere;
}

acts.keys = () => {
  const groups = new Map(); // region → key → label
  for (const button of inOrder('[data-key][data-label]')) {
    if (usable(button) || button.matches('[data-key-known]')) note(groups, button);
  }
  $('keys').querySelector('.keys-list').replaceChildren(...[...groups].map(([title, keys]) => group(title, keys)));
  $('keys').showModal();
};

function note(groups, button) {
  const place = button.matches('[data-key-known]') ? $('keys').dataset.everywhere : region(button);
  if (!groups.has(place)) groups.set(place, new Map());
  const keys = groups.get(place);
  if (!keys.has(button.dataset.key)) keys.set(button.dataset.key, button.dataset.label);
}

function group(title, keys) {
  const made = document.createElement('section');
  const head = document.createElement('h3');
  const list = document.createElement('dl');
  head.textContent = title;
  list.append(...[...keys].map(([key, label]) => line(key, label)));
  made.append(head, list);
  return made;
}

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
