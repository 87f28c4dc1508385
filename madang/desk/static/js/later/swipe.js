// Rows pushed by a finger: to the right they are closed or opened again, to the left snoozed. Up and down is scrolling,
// and what begins at an edge of the screen is the browser's own gesture back. What is done can be undone as always.
import '../parts/base.js';
import {$, acts} from '../parts/acts.js';

const list = $('list');
const EDGE = 28; // px from an edge of the screen: not ours
const SLOP = 10; // px until it is clear whether it is a push or a scroll
const FAR = 88; // px that mean it
const still = matchMedia('(prefers-reduced-motion: reduce)');
const sheet = new CSSStyleSheet(); // a style attribute would be swapped away
document.adoptedStyleSheets.push(sheet);
let pushed = null; // {row, cid, x, y, id, by, behind}
let perform = () => {}; // what verbs.js does
let hushed = 0; // until when a click is the end of a push

const verbOf = (row, by) => (by < 0 ? 'snooze' : row.querySelector('.row').hasAttribute('data-closed') ? 'reopen' : 'close');
const template = verb => document.querySelector(`#tpl-swipe`)?.content.querySelector(`[data-verb=${verb}]`);
const allowed = (row, by) => Boolean(template(verbOf(row, by))) && !(by < 0 && row.querySelector('.row').hasAttribute('data-closed'));

list.addEventListener('pointerdown', event => {
  const row = event.target.closest('.row-item:not(.person-item)');
  if (event.pointerType !== 'touch' || !event.isPrimary || !row || pushed) return;
  if ($('list-pane').matches('[data-picks], [data-picking]')) return;
  if (event.clientX < EDGE || event.clientX > innerWidth - EDGE) return;
  pushed = {row, cid: Number(row.querySelector('a.row').dataset.cid), x: event.clientX, y: event.clientY, id: event.pointerId, by: 0, behind: null};
});

list.addEventListener('pointermove', event => {
  if (!pushed || event.pointerId !== pushed.id) return;
  const by = event.clientX - pushed.x;
  if (!pushed.behind) {
    const down = Math.abs(event.clientY - pushed.y);
    if (down > SLOP && down >= Math.abs(by)) return drop();
    if (Math.abs(by) < SLOP || !allowed(pushed.row, by)) return;
    begin();
  }
  draw(by);
});

function begin() {
  pushed.row.setPointerCapture(pushed.id);
  pushed.row.dataset.swiped = 'on';
  pushed.behind = document.createElement('span');
  pushed.row.prepend(pushed.behind);
}

function draw(by) {
  const {row} = pushed;
  const side = allowed(row, by) ? by : 0;
  const verb = verbOf(row, side || 1);
  if (pushed.behind.dataset.verb !== verb) {
    const fresh = template(verb)?.cloneNode(true) ?? pushed.behind;
    pushed.behind.replaceWith(fresh);
    pushed.behind = fresh;
  }
  const far = Math.abs(side) >= FAR;
  if (far !== 'far' in pushed.behind.dataset && far) navigator.vibrate?.(8);
  pushed.behind.toggleAttribute('data-far', far);
  pushed.behind.dataset.to = side < 0 ? 'left' : 'right';
  pushed.by = side;
  sheet.replaceSync(`#${row.id} > .row { translate: ${side}px; }`);
}

list.addEventListener('pointerup', event => {
  if (!pushed || event.pointerId !== pushed.id) return;
  if (pushed.behind) hushed = performance.now() + 400;
  const {row, cid, by, behind} = pushed;
  const far = behind && Math.abs(by) >= FAR;
  drop();
  if (far) act(row, cid, verbOf(row, by));
});
list.addEventListener('pointercancel', () => drop());

/** Back in its place, softly where motion is wished for. */
function drop() {
  if (!pushed) return;
  const {row, behind} = pushed;
  pushed = null;
  if (!behind) return;
  const end = () => {
    behind.remove();
    if (pushed?.row !== row) delete row.dataset.swiped; // pushed again meanwhile
  };
  row.dataset.swiped = 'end';
  sheet.replaceSync('');
  if (still.matches) end();
  else setTimeout(end, 170);
}

function act(row, cid, verb) {
  if (verb !== 'snooze') return perform(verb, '', {all: false, ids: [cid]});
  const button = row.querySelector('a.row');
  acts['snooze-menu']({dataset: {cid}, closest: () => null, setAttribute() {}, focus: more => button.focus(more), getBoundingClientRect: () => button.getBoundingClientRect()});
}

// The finger that lets go does not open what it pushed.
list.addEventListener('click', event => {
  if (performance.now() < hushed) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);
list.addEventListener('dragstart', event => { if (pushed) event.preventDefault(); });

/** From now on rows are pushed; `how` does what they were pushed for. */
export function listen(how) {
  perform = how;
  list.dataset.pushes = '';
}
