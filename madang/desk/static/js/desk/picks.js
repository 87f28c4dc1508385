// Rows that are selected: by their box, by x, with Shift a stretch of them, or all of the view.
import {$, acts, fill} from '../parts/acts.js';
import {shown} from './list.js';
import {current} from './nav.js';

const list = $('list');
const bar = $('batch');
const picked = new Set(); // numbers, which outlive the rows that show them
let last = 0;
let everything = false;

const rows = () => [...list.querySelectorAll('.row-item:not(.person-item)')];
const cidOf = row => Number(row.querySelector('a.row').dataset.cid);

/** Which conversations are selected. */
export const chosen = () => [...picked];

/** What a request says of them: their numbers, or the whole list. */
export function meant() {
  if (!everything) return chosen().map(cid => ['id', cid]);
  return [['everything', 'true'], ...new URLSearchParams(shown.query)];
}

/** None any more. */
export function none() {
  picked.clear();
  everything = false;
  last = 0;
  draw();
}

function draw() {
  for (const row of rows()) {
    const on = everything || picked.has(cidOf(row));
    row.toggleAttribute('data-picked', on);
    row.querySelector('.row-pick')?.setAttribute('aria-checked', String(on));
  }
  const some = picked.size > 0 || everything;
  if (bar.hidden === some) bar.hidden = !some;
  $('list-pane').toggleAttribute('data-picks', some);
  $('batch-all').ariaPressed = String(everything);
  $('batch-count').textContent = everything ? bar.dataset.all : some ? fill(bar.dataset.some, {n: picked.size}) : '';
}

function set(cid, on) {
  everything = false;
  if (on) picked.add(cid);
  else picked.delete(cid);
}

/** From the one that was picked last to this one. */
function stretch(cid) {
  const all = rows().map(cidOf);
  const [from, to] = [all.indexOf(last), all.indexOf(cid)].sort((one, other) => one - other);
  if (from < 0) return set(cid, true);
  for (const one of all.slice(from, to + 1)) set(one, true);
}

function pick(cid, {far = false} = {}) {
  if (far && last) stretch(cid);
  else set(cid, !picked.has(cid));
  last = cid;
  draw();
}

acts['pick-row'] = button => pick(Number(button.dataset.cid));
acts['pick-here'] = () => {
  if (document.activeElement?.closest?.('#log-scroll')) return acts.pick?.(); // a message is meant
  const row = list.querySelector('.row:focus-visible')?.parentElement ?? $(`r-${current()}`) ?? rows()[0];
  if (row) pick(cidOf(row));
};
acts['pick-all'] = () => {
  if (everything) return none();
  everything = Boolean($('more-rows')) && !shown.q; // of a search only what is shown: the list below it is another
  for (const row of rows()) picked.add(cidOf(row));
  draw();
};
acts['unpick-rows'] = () => none();
acts['pick-mode'] = () => {
  $('list-menu').hidePopover();
  $('list-pane').toggleAttribute('data-picking');
};

// With Shift a press on a row selects the stretch up to it; the link's own way (a new window) is nobody's wish here.
list.addEventListener('click', event => {
  const row = event.target.closest('.row-item:not(.person-item)');
  if (!row || !event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pick(cidOf(row), {far: true});
}, true);
list.addEventListener('mousedown', event => { if (event.shiftKey && event.target.closest('.row-item')) event.preventDefault(); }); // marks no text

document.addEventListener('desk:listed', () => { everything &&= !shown.q; draw(); });
document.addEventListener('desk:view', none);
