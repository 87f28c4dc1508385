// The panel where there is no room beside the thread: over it on middle widths, a sheet from below on phones. The rest is
// out of reach until it is shut, and the focus goes back to where it was.
import {$, acts} from '../parts/acts.js';
import {isFree} from '../parts/keys.js';

const desk = $('desk');
const panel = $('panel');
const narrow = matchMedia('(width < 78rem)');
const FAR = 96; // pixels down that mean "away"
let before = null;

const open = () => desk.dataset.show === 'panel' && narrow.matches;
const others = () => [...desk.querySelectorAll('.rail, .list-pane, .thread-pane')];

function settle() {
  const now = open();
  if (now === panel.hasAttribute('data-over')) return;
  panel.toggleAttribute('data-over', now);
  for (const one of others()) one.inert = now;
  if (now) {
    before = document.activeElement;
    panel.setAttribute('role', 'dialog');
    panel.setAttribute('aria-modal', 'true');
    $('panel-close')?.focus();
  } else {
    panel.removeAttribute('role');
    panel.removeAttribute('aria-modal');
    (before?.isConnected ? before : document.querySelector('#head [data-act=panel]'))?.focus();
    before = null;
  }
}

const away = () => { if (open()) acts.panel(); };

new MutationObserver(settle).observe(desk, {attributes: true, attributeFilter: ['data-show']});
narrow.addEventListener('change', settle);

document.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || !isFree(event) || !open()) return;
  event.preventDefault();
  away();
});
// The focus goes round within it.
panel.addEventListener('keydown', event => {
  if (event.key !== 'Tab' || !open()) return;
  const some = [...panel.querySelectorAll('a[href], button, input, select, textarea')].filter(one => !one.disabled && one.type !== 'hidden' && one.checkVisibility());
  const end = event.shiftKey ? some[0] : some.at(-1);
  if (document.activeElement !== end) return;
  event.preventDefault();
  (event.shiftKey ? some.at(-1) : some[0]).focus();
});
desk.addEventListener('click', event => { if (event.target === desk) away(); }); // beside it

// Pulled down by its handle or its head.
panel.addEventListener('pointerdown', event => {
  if (!open() || !event.target.closest('.panel-grab, .panel-who') || event.target.closest('a, button')) return;
  const from = event.clientY;
  const listening = new AbortController();
  const {signal} = listening;
  let far = 0;
  const move = at => { far = Math.max(0, at.clientY - from); panel.style.setProperty('--pulled', `${far}px`); };
  const end = () => { listening.abort(); panel.style.removeProperty('--pulled'); if (far > FAR) away(); };
  panel.setPointerCapture(event.pointerId);
  panel.addEventListener('pointermove', move, {signal});
  panel.addEventListener('pointerup', end, {signal});
  panel.addEventListener('pointercancel', end, {signal});
});
settle();
