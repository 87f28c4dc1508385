// What was asked for and is not there yet: the thread shows that it comes, not somebody else's words.
import {$} from '../parts/acts.js';

const SLOW = 150; // ms until it is said; most come sooner
const thread = $('thread');
let timer = 0;
let held = null; // what had the focus

function settle() {
  clearTimeout(timer);
  if ($('coming').hidden) return;
  show(false);
  if (held?.isConnected && document.activeElement === document.body) held.focus({preventScroll: true});
}

function show(on) {
  if (on && $('coming').hidden) held = document.activeElement === document.body ? null : document.activeElement; // to focus is to lay out
  thread.ariaBusy = on || null;
  $('coming').hidden = !on;
}

document.addEventListener('desk:asked', () => {
  clearTimeout(timer);
  timer = setTimeout(show, SLOW, true);
});
for (const name of ['desk:opened', 'desk:stayed']) document.addEventListener(name, settle);
addEventListener('popstate', settle);
