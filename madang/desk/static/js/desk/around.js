// What stands around the messages (head, channels, customer) anew, without touching what is being written.
import {ask} from '../parts/http.js';
import {current} from './nav.js';
import {place} from './swap.js';

const SOON = 60; // ms: several reasons at once are one request
const PACE = 500; // between two, however much happens
let timer = 0;
let last = -PACE;

/** Soon, for whatever reason. */
export function around() {
  timer ||= setTimeout(refresh, Math.max(SOON, last + PACE - performance.now()));
}

const isWriting = () => document.activeElement?.matches('#rename-text');

async function refresh() {
  timer = 0;
  const cid = current();
  last = performance.now();
  if (!cid) return;
  if (isWriting()) { timer = setTimeout(refresh, 1_000); return; } // a name is half written; other fields keep what is in them
  try {
    const html = await ask('GET', `/c/${cid}/around`);
    if (cid !== current()) return;
    await place(html);
    document.dispatchEvent(new CustomEvent('desk:around', {detail: {cid}}));
  } catch {
    // gone, or the server is away: the list and the banner tell
  }
}

document.addEventListener('desk:behind', around);
