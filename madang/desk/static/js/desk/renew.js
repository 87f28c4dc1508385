// The open conversation anew, when messages came to it or left it: what is written stays where it is.
import {$} from '../parts/acts.js';
import {atWork} from './around.js';
import {current, forget, preload} from './nav.js';
import {lay} from './swap.js';

const AGAIN = 1_000; // while something is in her hand
let timer = 0;

// An open menu of channels learns of a new one (around.js), and is not taken away.
const inHand = () => atWork() || document.querySelector('#ways-menu:popover-open');

/** Look at all of it again. Where that does not come, what stands there stays. */
export async function renew() {
  const cid = current();
  clearTimeout(timer);
  if (!cid) return;
  if (inHand()) return later();
  forget(cid);
  const parts = await preload(cid).catch(() => null);
  forget(cid);
  if (!parts || cid !== current()) return;
  if (inHand()) return later();
  const at = $('log-scroll').scrollTop;
  lay(parts);
  $('log-scroll').scrollTop = at;
  for (const name of ['around', 'renewed']) document.dispatchEvent(new CustomEvent(`desk:${name}`, {detail: {cid}}));
}

function later() {
  timer = setTimeout(() => renew().catch(() => {}), AGAIN);
}
