// What stands around the messages (head, channels, customer) anew, without touching what is being written.
import {ask} from '../parts/http.js';
import {current} from './nav.js';
import {place} from './swap.js';

let timer = 0;

/** Soon: several reasons at once are one request. */
export function around() {
  timer ||= setTimeout(refresh, 60);
}

const isWriting = () => document.activeElement?.matches('#rename-text');

async function refresh() {
  timer = 0;
  const cid = current();
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
