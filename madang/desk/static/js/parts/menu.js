// Popover menus: placed beside their button, walked with the arrow keys.
import {$, acts} from './acts.js';
import {found} from './hangul.js';

const GAP = 6;
// One menu is open at a time. Its place stands in a sheet, because a style attribute would be swapped away.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);
const NARROW = matchMedia('(width < 48rem)'); // there a menu is a sheet from below, and css/phone.css has its place
const openers = new WeakMap(); // menu → the button outside all menus that led to it
const ITEMS = '.menu-item:not([hidden]), .menu .seg button';

/** Open the menu `id` beside `button`, or close it. */
export function toggle(id, button) {
  const menu = $(id);
  if (menu.matches(':popover-open')) return menu.hidePopover();
  const first = button.closest('.menu') ? openers.get(button.closest('.menu')) ?? button : button;
  openers.set(menu, first);
  const listening = new AbortController();
  menu.showPopover();
  place(menu, button);
  button.setAttribute('aria-expanded', 'true');
  menu.addEventListener('toggle', ({newState}) => {
    if (newState === 'open') return;
    button.setAttribute('aria-expanded', 'false');
    if (document.activeElement === document.body) first.focus({preventScroll: true}); // a menu out of a menu: that one is shut
    listening.abort();
  }, {signal: listening.signal});
  const find = menu.querySelector('.menu-find');
  if (find) sift(menu, find.value = '');
  ((!NARROW.matches && find) || (menu.querySelector('[aria-checked=true]') ?? menu.querySelector(ITEMS)))?.focus();
}

/** Of a menu with a field to find in, what the words mean: half a syllable and 초성 too. */
function sift(menu, words) {
  for (const item of menu.querySelectorAll('[data-find]')) item.hidden = found(item.dataset.find, words) < 0;
  for (const group of menu.querySelectorAll('[data-group]')) group.hidden = !group.querySelector('.menu-item:not([hidden])');
  const none = menu.querySelector('[data-none]');
  if (none) none.hidden = Boolean(menu.querySelector('.menu-item:not([hidden])'));
}

document.addEventListener('input', ({target}) => { if (target.matches('.menu-find')) sift(target.closest('.menu'), target.value); });

function place(menu, button) {
  if (NARROW.matches) return sheet.replaceSync('');
  const at = button.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  const roomy = at.top > innerHeight / 2 ? at.top < box.height + GAP : at.bottom + GAP + box.height <= innerHeight;
  const below = roomy || at.top < box.height;
  const left = at.left < innerWidth / 2 ? at.left : at.right - box.width;
  const top = Math.max(GAP, below ? at.bottom + GAP : at.top - box.height - GAP);
  const start = Math.max(GAP, Math.min(left, innerWidth - box.width - GAP));
  sheet.replaceSync(`.menu:popover-open { top: ${top}px; left: ${start}px; }`);
}

acts.menu = button => toggle(button.dataset.menu, button);

document.addEventListener('keydown', event => {
  const menu = event.target.closest?.('.menu:popover-open');
  if (!menu) return;
  if (event.isComposing || event.keyCode === 229) return;
  const items = [...menu.querySelectorAll(ITEMS)];
  const to = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (event.key === 'Enter' && event.target.matches('.menu-find')) menu.querySelector('button[data-find]:not([hidden])')?.click();
  if (!to) return;
  event.preventDefault();
  items.at((items.indexOf(document.activeElement) + to) % items.length)?.focus();
});

// The menu of the person herself opens by the platform's own attribute; only its place is ours.
document.addEventListener('toggle', event => {
  if (event.newState !== 'open' || !event.target.matches?.('.menu')) return;
  const button = document.querySelector(`[popovertarget="${event.target.id}"]`);
  if (button) place(event.target, button);
}, true);
