// Up to which message somebody has really looked: what stood in view for a moment, in a tab that is looked at, while she
// was not writing: who writes looks at her own words, and is asked before they cross a colleague's. Sent as `seen`.
import {$} from '../parts/acts.js';
import {atEnd} from './messages.js';
import {current} from './nav.js';

const MOMENT = 1_500; // a message that appears while the hand is on its way to Send has not been read
const log = $('log');
const box = $('composer-text');
const upTo = new Map(); // conversation → number
let timer = 0;

const newest = () => Math.max(0, ...[...log.querySelectorAll('.msg[data-id]')].slice(-20).map(one => Number(one.dataset.id)));

/** The newest message that was looked at in the open conversation. */
export const noticed = () => upTo.get(current()) ?? newest();

/** What the dialog has shown has been looked at. */
export const notice = (cid, mid) => { upTo.set(cid, Math.max(mid, upTo.get(cid) ?? 0)); };

function soon() {
  clearTimeout(timer);
  const cid = current();
  timer = setTimeout(() => {
    if (cid && cid === current() && !document.hidden && atEnd() && !box?.value.trim()) notice(cid, newest());
  }, MOMENT);
}

function opened() {
  if (current()) upTo.set(current(), newest()); // what is there when a conversation opens is what is answered
}

new MutationObserver(soon).observe(log, {childList: true});
$('log-scroll').addEventListener('scroll', soon, {passive: true});
document.addEventListener('visibilitychange', soon);
box?.addEventListener('input', soon);
document.addEventListener('desk:opened', opened);
opened();
