// Signing out: whoever sits at this computer next is shown nothing that is meant for who leaves.
import '../parts/base.js';
import {badge} from '../parts/badge.js';
import {lower, registered} from '../parts/desktop.js';
import {ask} from '../parts/http.js';

const PATIENCE = 2_000; // ms: nobody is kept from leaving
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/** This browser is woken no more, and what it shows of hers goes: notices, and the count on the app's icon. */
export async function leave() {
  await Promise.race([Promise.allSettled([badge(0), lower([]), end()]), pause(PATIENCE)]);
}

async function end() {
  const made = await (await registered())?.pushManager?.getSubscription();
  if (made) await Promise.allSettled([ask('POST', '/notifications/browsers/end', {endpoint: made.endpoint}), made.unsubscribe()]);
}
