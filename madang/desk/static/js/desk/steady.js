// News in the list without moving what is under somebody's hand: rows change in place, new ones wait behind a pill.
import {$, fill} from '../parts/acts.js';
import {parse} from '../parts/parse.js';

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

/** The answer of the server with the rows in the order in which they stand here, unless nobody would notice. */
export function steady(html, here, scroller) {
  const fresh = parse(html);
  const part = fresh.querySelector('[hx-target="#list"]');
  const rows = [...part.querySelectorAll(':scope > .row-item')];
  const now = [...here.querySelectorAll(':scope > .row-item')].map(row => row.id);
  const then = rows.map(row => row.id);
  const same = now.length === then.length && now.every((id, at) => id === then[at]);
  if (same || !now.length || !holds(here, scroller, now, then)) {
    held(0);
    return html;
  }
  const byId = new Map(rows.map(row => [row.id, row]));
  const kept = now.map(id => byId.get(id) ?? gone(id));
  const rest = part.querySelector(':scope > .more-rows');
  part.replaceChildren(...kept, ...(rest ? [rest] : []));
  held(waiting(now, then) || -1);
  const box = document.createElement('div');
  box.append(fresh);
  return box.innerHTML;
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

/** Whether a row would move on which somebody has a pointer, the focus, or the open conversation. */
function holds(here, scroller, now, then) {
  if (scroller.scrollTop > 4) return true;
  const box = scroller.getBoundingClientRect();
  const inView = row => row && row.getBoundingClientRect().top < box.bottom;
  const quiet = performance.now() - moved > QUIET;
  const ours = [quiet ? null : hover, here.querySelector('[aria-current]')?.parentElement.id, document.activeElement?.closest?.('.row-item')?.id];
  return ours.some(id => id && inView($(id)) && now.indexOf(id) !== then.indexOf(id));
}
