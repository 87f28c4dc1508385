// The line "new since you looked": above the first message that came after she last read here.
import {$, acts, copyOf} from '../parts/acts.js';
import {toast} from '../parts/toast.js';
import {bring} from './hit.js';
import {current} from './nav.js';

const log = $('log');
let upTo = 0; // what she had read when she opened it; stays until she opens another
let cid = 0;

const first = () => [...log.querySelectorAll('.msg[data-id]')].find(one => Number(one.dataset.id) > upTo && one.dataset.kind !== 'out');

function draw() {
  log.querySelector('.unread-line')?.remove();
  const message = upTo && $('head-who')?.dataset.newest > upTo ? first() : null;
  const loaded = !$('older') || Number(log.querySelector('.msg[data-id]')?.dataset.id) <= upTo;
  if (!message || !loaded) return;
  const line = copyOf('tpl-unread').firstElementChild;
  const before = message.previousElementSibling;
  (before?.matches('.day') ? before : message).before(line);
}

acts.unread = () => {
  if (!current()) return;
  const line = log.querySelector('.unread-line');
  if (line) line.scrollIntoView({block: 'center'});
  else if (upTo && $('older')) bring(current(), upTo).then(draw).then(() => log.querySelector('.unread-line')?.scrollIntoView({block: 'center'}));
  else toast($('thread-menu').dataset.nonew);
};

function opened() {
  const read = Number($('head-who')?.dataset.read ?? 0);
  if (cid !== current()) [cid, upTo] = [current(), read];
  draw();
}

document.addEventListener('desk:leaving', () => { cid = 0; });
for (const name of ['opened', 'renewed']) document.addEventListener(`desk:${name}`, opened);
opened();
