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

/** A name is half written, a card is in her hand; other fields keep what is in them. */
export const atWork = () => document.activeElement?.matches('#rename-text') || document.querySelector('#pcards [data-dragged]');

function later() {
  timer ||= setTimeout(refresh, 1_000);
}

async function refresh() {
  timer = 0;
  const cid = current();
  last = performance.now();
  if (!cid) return;
  if (atWork()) return later();
  try {
    const html = await ask('GET', `/c/${cid}/around`);
    if (cid !== current()) return;
    if (atWork()) return later();
    await place(html);
    document.dispatchEvent(new CustomEvent('desk:around', {detail: {cid}}));
  } catch {
    // gone, or the server is away: the list and the banner tell
  }
}

document.addEventListener('desk:behind', around);
