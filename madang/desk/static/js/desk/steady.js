// News in the list without moving what is under somebody's hand: rows change in place, new ones wait behind a pill.
import {$, fill} from '../parts/acts.js';
import {parse} from '../parts/parse.js';

/** As many rows are looked at again, however many were fetched (views/inbox.py). */
export const DEEP = 400;
const QUIET = 4_000; // since the pointer last moved over the list: then nobody is about to press
const pill = $('list-news');
const list = $('list');
let moved = -QUIET;
let hover = null;

list.addEventListener('pointermove', event => {
  moved = performance.now();
  hover = event.target.closest('.row-item')?.id ?? null;
}, {passive: true});
list.addEventListener('pointerleave', () => { hover = null; });

/** How many wait; 0 hides the pill, -1 when rows only changed places. */
export function held(many) {
  pill.hidden = !many;
  pill.querySelector('span').textContent = many > 0 ? fill(pill.dataset.one, {n: many}) : many ? pill.dataset.moved : '';
}

/** The answer of the server as nodes, its rows in the order in which they stand here, unless nobody would notice. */
export function steady(html, here, scroller) {
  const fresh = parse(html);
  const part = fresh.querySelector('[hx-target="#list"]');
  const rows = [...part.querySelectorAll(':scope > .row-item')];
  const now = [...here.querySelectorAll('.row-item')].map(row => row.id);
  const then = rows.map(row => row.id);
  if (now.length > then.length && then.length >= DEEP && scroller.scrollTop > 4) return changed(fresh, part, rows, now, then);
  if (then.length >= DEEP) now.length = Math.min(now.length, then.length); // what lies deeper is fetched again by scrolling
  const same = now.length === then.length && now.every((id, at) => id === then[at]);
  if (same || !now.length || !holds(here, scroller, now, then)) {
    held(0);
    return fresh;
  }
  const byId = new Map(rows.map(row => [row.id, row]));
  const kept = now.map(id => byId.get(id) ?? gone(id));
  const rest = part.querySelector(':scope > .more-rows');
  part.replaceChildren(...kept, ...(rest ? [rest] : []));
  held(waiting(now, then) || -1);
  return fresh;
}

/** Of a list with thousands of rows the first are looked at again: those that changed are renewed, all others stay. */
function changed(fresh, part, rows, now, then) {
  part.replaceWith(...rows.filter(row => $(row.id) && !$(row.id).isEqualNode(row)).map(row => {
    const one = document.createElement('hx-partial');
    one.setAttribute('hx-target', `#${row.id}`);
    one.setAttribute('hx-swap', 'outerMorph');
    one.append(row);
    return one;
  }));
  held(waiting(now, then));
  return fresh;
}

/** Rows that are new, or that something lifted over others. */
function waiting(now, then) {
  const seen = new Set(now);
  const last = then.findLastIndex(id => seen.has(id));
  return then.slice(0, last + 1).filter(id => !seen.has(id)).length;
}

/** One that is in this list no more keeps its place until the list is put in order. */
function gone(id) {
  const row = $(id).cloneNode(true);
  row.dataset.gone = '';
  return row;
}

/** Whether a row would move before somebody's eyes who has the pointer, the focus or an open conversation in this list. */
function holds(here, scroller, now, then) {
  if (scroller.scrollTop > 4) return true;
  const {bottom} = scroller.getBoundingClientRect();
  const isSeen = id => id && $(id)?.getBoundingClientRect().top < bottom;
  const quiet = performance.now() - moved > QUIET;
  const ours = [quiet ? null : hover, here.querySelector('[aria-current]')?.parentElement.id, document.activeElement?.closest?.('.row-item')?.id];
  return ours.some(isSeen) && isSeen(now.find((id, at) => id !== then[at])); // the topmost that would move
}
