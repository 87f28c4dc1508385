// Popover menus: placed beside their button, walked with the arrow keys.
import {$, acts} from './acts.js';

const GAP = 6;
// One menu is open at a time. Its place stands in a sheet, because a style attribute would be swapped away.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);
const ITEMS = '.menu-item:not([hidden]), .menu .seg button';

/** Open the menu `id` beside `button`, or close it. */
export function toggle(id, button) {
  const menu = $(id);
  if (menu.matches(':popover-open')) return menu.hidePopover();
  menu.showPopover();
  place(menu, button);
  button.setAttribute('aria-expanded', 'true');
  menu.addEventListener('toggle', () => button.setAttribute('aria-expanded', 'false'), {once: true});
  (menu.querySelector('[aria-checked=true]') ?? menu.querySelector(ITEMS))?.focus();
}

function place(menu, button) {
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
  const items = [...menu.querySelectorAll(ITEMS)];
  const to = {ArrowDown: 1, ArrowUp: -1}[event.key];
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
