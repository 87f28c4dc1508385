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
let known = []; // the rows as the server had them last
let past = []; // the rows as they stood before one was taken away

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

/** The answer of the server as nodes, its rows in the order in which they stand here, unless nobody would notice. With
 * those of `acted` she did something herself: they alone come, go and move. */
export function steady(html, here, scroller, acted) {
  const fresh = parse(html);
  const part = fresh.querySelector('[hx-target="#list"]');
  const rows = [...part.querySelectorAll(':scope > .row-item')];
  const now = [...here.querySelectorAll('.row-item')].map(row => row.id);
  const then = rows.map(row => row.id);
  if (now.length > then.length && then.length >= DEEP && scroller.scrollTop > 4) return changed(fresh, part, rows, now, then, acted);
  if (then.length >= DEEP) now.length = Math.min(now.length, then.length); // what lies deeper is fetched again by scrolling
  const order = around(now, then, pill.hidden ? now : known, acted);
  known = then;
  const same = order.length === then.length && order.every((id, at) => id === then[at]);
  if (same || !now.length || !holds(here, scroller, order, then, acted)) {
    held(0);
    return fresh;
  }
  const byId = new Map(rows.map(row => [row.id, row]));
  const kept = order.map(id => byId.get(id) ?? gone(id));
  const rest = part.querySelector(':scope > .more-rows');
  part.replaceChildren(...kept, ...(rest ? [rest] : []));
  held(waiting(order, then) || -1);
  return fresh;
}

/** The rows as they stand, but those of `acted`: one that is of this list no more goes, one that comes back stands where
 * it stood, and one that the server has elsewhere since goes there. */
function around(now, then, before, acted) {
  const order = now.filter(id => !acted.has(id) || (then.includes(id) && !elsewhere(id, before, then)));
  for (const id of then.filter(one => acted.has(one) && !order.includes(one))) put(order, id, !now.includes(id) && past.includes(id) ? past : then);
  if (now.some(id => acted.has(id) && !then.includes(id))) past = now;
  return order;
}

/** Whether another one stands above it, of those that are in both. */
function elsewhere(id, before, then) {
  const [old, fresh] = [before.filter(one => then.includes(one)), then.filter(one => before.includes(one))];
  return old[old.indexOf(id) - 1] !== fresh[fresh.indexOf(id) - 1];
}

function put(order, id, like) {
  const at = like.indexOf(id);
  const above = like.slice(0, at).findLast(one => order.includes(one));
  const below = like.slice(at).find(one => order.includes(one));
  order.splice(above ? order.indexOf(above) + 1 : below ? order.indexOf(below) : order.length, 0, id);
}

/** Of a list with thousands of rows the first are looked at again: those that changed are renewed, all others stay. */
function changed(fresh, part, rows, now, then, acted) {
  const near = now.slice(0, then.length);
  if ([...acted].some(id => !then.includes(id) || !near.includes(id))) return fresh; // it came, went, or nobody can say
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

/** Whether a row would move before somebody's eyes who has the pointer, the focus or an open conversation in this list, or
 * has just done something there. */
function holds(here, scroller, now, then, acted) {
  if (scroller.scrollTop > 4) return true;
  const {bottom} = scroller.getBoundingClientRect();
  const isSeen = id => id && $(id)?.getBoundingClientRect().top < bottom;
  const quiet = performance.now() - moved > QUIET;
  const ours = [quiet ? null : hover, here.querySelector('[aria-current]')?.parentElement.id, document.activeElement?.closest?.('.row-item')?.id];
  return (acted.size > 0 || ours.some(isSeen)) && isSeen(now.find((id, at) => id !== then[at] && $(id))); // the topmost that would move
}
