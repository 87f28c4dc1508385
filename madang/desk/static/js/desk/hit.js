// A message that was found: brought into view, however far back it lies, and marked with the words that were looked for.
import {$} from '../parts/acts.js';
import {complain} from '../parts/http.js';
import {toast} from '../parts/toast.js';
import {earlier} from './messages.js';
import {current} from './nav.js';

const ROUNDS = 40; // of some hundred messages each
const log = $('log');

const found = mid => log.querySelector(`.msg[data-id="${mid}"]`);

async function reveal(cid, mid) {
  const message = await bring(cid, mid);
  if (message) paint(message, $(`c-${cid}`));
  else if (cid === current() && !$('older')) gone(); // nothing earlier is left to look through
}

const gone = () => toast($('thread-menu').dataset.gone);

/** Load as far back as message `mid` of the open conversation, show it and mark it. It, or nothing when it is not there. */
export async function bring(cid, mid) {
  try {
    for (let round = 0; !found(mid) && $('older') && round < ROUNDS; round++) {
      await earlier(mid);
      if (cid !== current()) return null;
    }
  } catch (error) {
    complain(error);
  }
  const message = found(mid);
  if (!message || cid !== current()) return null;
  clear();
  message.dataset.hit = '';
  message.scrollIntoView({block: 'center'});
  return message;
}

function clear() {
  log.querySelector('[data-hit]')?.removeAttribute('data-hit');
  CSS.highlights?.delete('found');
}

/** Mark the same words in the message that the list has marked. Nothing is changed in the page for it. */
function paint(message, row) {
  const words = [...new Set([...(row?.querySelectorAll('.hit-text mark') ?? [])].map(one => one.textContent))];
  if (!words.length || !CSS.highlights) return;
  const ranges = [];
  const texts = document.createTreeWalker(message.querySelector('.bubble') ?? message, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (const word of words) ranges.push(...places(node, word));
  }
  CSS.highlights.set('found', new Highlight(...ranges));
}

function places(node, word) {
  const made = [];
  for (let at = node.data.indexOf(word); at >= 0; at = node.data.indexOf(word, at + word.length)) {
    const range = new Range();
    range.setStart(node, at);
    range.setEnd(node, at + word.length);
    made.push(range);
  }
  return made;
}

document.addEventListener('desk:leaving', clear);
document.addEventListener('desk:hit', event => reveal(event.detail.cid, event.detail.mid));

const {hit} = $('thread-menu').dataset; // what the address asks for, as the server found it
if (hit === 'gone') gone();
else if (hit) reveal(current(), Number(hit));
