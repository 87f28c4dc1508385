// Who is writing: we tell that we are, and show that she is.
import {$, fill} from '../parts/acts.js';
import {ask} from '../parts/http.js';
import {kind} from './composer.js';
import {looks} from './looking.js';
import {current} from './nav.js';

const EVERY = 4_000; // between two signs that we still write
const FADES = 7_000; // after her last sign
const box = $('composer-text');
const line = $('typing');
const me = `user:${$('desk').dataset.me}`;
let told = 0;
let timer = 0;

box?.addEventListener('input', () => {
  if (kind() === 'note' || !box.value || !current() || Date.now() - told < EVERY) return;
  told = Date.now();
  ask('POST', `/c/${current()}/typing`).catch(() => {});
});

/** Somebody writes in a conversation: the customer, or a colleague who answers her just now. */
export function show({c, who, name, initials, hue}) {
  if (c !== current() || who === me) return;
  if (who.startsWith('user:')) looks({c, who, name, initials, hue, state: 'writes'});
  line.textContent = fill(who.startsWith('user:') ? line.dataset.writing : line.dataset.text, {name});
  line.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(hide, FADES);
}

/** She has said it, or another conversation is open. */
export function hide() {
  clearTimeout(timer);
  line.hidden = true;
}

document.addEventListener('desk:opened', () => { hide(); told = 0; });
