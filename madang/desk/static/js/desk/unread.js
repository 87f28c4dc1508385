// The line "new since you looked": above the first message that came after she last read here, or while she was away: in
// another tab, or without a connection.
import {$, acts, copyOf} from '../parts/acts.js';
import {toast} from '../parts/toast.js';
import {bring} from './hit.js';
import {current} from './nav.js';

const log = $('log');
let upTo = 0; // what she had read when she opened it; stays until she opens another
let cid = 0;
let away = 0; // the newest message when she went away, until she is back and has all of them
let behind = false; // it was opened as it was before the last news, which comes in a moment
const CAUGHT_UP = 5_000; // ms in which what was missed comes

const first = () => [...log.querySelectorAll('.msg[data-id]')].find(one => Number(one.dataset.id) > upTo && one.dataset.kind !== 'out');

function draw() {
  log.querySelector('.unread-line')?.remove();
  const message = upTo ? first() : null;
  const loaded = !$('older') || Number(log.querySelector('.msg[data-id]')?.dataset.id) <= upTo;
  if (!message || !loaded) return;
  let at = message; // above the day and the channel that begin with it
  while (at.previousElementSibling?.matches('.day, .way-change')) at = at.previousElementSibling;
  at.before(copyOf('tpl-unread').firstElementChild);
}

acts.unread = () => {
  if (!current()) return;
  const line = log.querySelector('.unread-line');
  if (line) line.scrollIntoView({block: 'center'});
  else if (upTo && $('older')) bring(current(), upTo).then(draw).then(() => log.querySelector('.unread-line')?.scrollIntoView({block: 'center'}));
  else toast($('thread-menu').dataset.nonew);
};

function left() {
  if (current()) away ||= Math.max(0, ...[...log.querySelectorAll('.msg[data-id]')].map(one => Number(one.dataset.id)));
}

function missed() {
  if (behind && !log.querySelector('.unread-line')) draw();
  if (!away || upTo === away) return;
  const came = [...log.querySelectorAll('.msg[data-kind=in]')].at(-1);
  if (!(came?.dataset.id > away)) return;
  upTo = away;
  draw();
}

function opened() {
  const read = Number($('head-who')?.dataset.read ?? 0);
  if (cid !== current()) [cid, upTo] = [current(), read];
  draw();
}

document.addEventListener('desk:leaving', () => { cid = away = 0; behind = false; });
document.addEventListener('desk:behind', () => {
  behind = true;
  setTimeout(() => { behind = false; }, CAUGHT_UP);
});
document.addEventListener('desk:down', left);
document.addEventListener('desk:up', () => setTimeout(() => { away = 0; }, CAUGHT_UP));
document.addEventListener('visibilitychange', () => { if (document.hidden) left(); else away = 0; });
new MutationObserver(missed).observe(log, {childList: true});
for (const name of ['opened', 'renewed']) document.addEventListener(`desk:${name}`, opened);
opened();
