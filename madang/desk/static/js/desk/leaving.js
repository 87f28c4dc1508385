// The seconds in which an answer can be undone: its bubble counts them, takes it back whole, or sends it at once.
import {$, acts, fill, word} from '../parts/acts.js';
import {ask, complain, now} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {back} from './drafts.js';
import {upsert} from './messages.js';
import {current, open, wanted} from './nav.js';
import {drop, restore} from './outbox.js';

const OFTEN = 250;
const me = $('desk').dataset.me;
let timer = 0;

const signs = () => [...document.querySelectorAll(`#log .leaving[data-by="${me}"]`)];

function tick() {
  let left = false;
  for (const sign of signs()) left = count(sign) || left;
  if (!left) {
    clearInterval(timer);
    timer = 0;
  }
}

function count(sign) {
  const seconds = Math.ceil(Number(sign.dataset.leaves) - now() / 1_000);
  const words = sign.querySelector('.leaving-words');
  const buttons = sign.parentElement.querySelector('.leaving-acts');
  if (seconds <= 0) {
    buttons.hidden = true; // the server has it now: its news say the rest
    return false;
  }
  words.textContent = fill(words.dataset.words, {n: seconds});
  buttons.hidden = false;
  return true;
}

function look() {
  if (timer || !signs().length) return;
  tick();
  timer = setInterval(tick, OFTEN);
}

const keyOf = button => button.closest('.msg').id.slice(2);

/** Take an answer back; what it said stands in the composer again, of a thread that is not open once `come` has opened it.
Nothing where that could not be done. */
export async function takeBack(cid, key, come = () => {}) {
  const local = drop({key});
  try {
    const found = JSON.parse(await ask('DELETE', `/c/${cid}/messages/${key}`));
    if (found.text === undefined) {
      if (local) restore(local);
      return true;
    }
    const {data, files, text} = found;
    const far = cid !== current();
    await come(cid);
    $(`m-${key}`)?.remove(); // what was fetched before may show it still
    const box = $('composer-text');
    if (cid !== current()) return true;
    if (far && text && box.value.startsWith(text)) box.focus(); // it came with its thread
    else back({text, data, files});
    return true;
  } catch (error) {
    if (local) return void restore(local); // the key is dead here: should it arrive, the server has it already
    complain(error);
    document.dispatchEvent(new CustomEvent('desk:behind', {detail: {cid}}));
  }
}

acts['undo-send'] = button => {
  const node = button.closest('.msg');
  takeBack(current(), keyOf(button));
  node.remove();
};

// Its thread is not open: that it can be taken back is said at the foot of the page, for as long as that is so.
function offer(cid, key, {leaves, said}) {
  const left = leaves * 1_000 - now();
  if (left <= 0) return;
  const box = toast(said, {label: word('undo'), act: () => takeBack(cid, key, open), stay: true});
  box.dataset.cid = cid;
  setTimeout(() => box.remove(), left);
}

/** Let one that waits leave at once. */
export async function leaveNow(key) {
  const cid = current();
  try {
    const html = await ask('POST', `/c/${cid}/messages/${key}/departure`);
    if (cid === current()) upsert(html, {certain: false}); // that it went may have been told sooner
  } catch (error) {
    complain(error);
  }
}
acts['send-at-once'] = button => {
  button.closest('.leaving-acts').hidden = true;
  leaveNow(keyOf(button));
};

if ($('composer-text')) {
  document.addEventListener('desk:leaving', ({detail: {cid}}) => { for (const sign of signs()) offer(cid, keyOf(sign), sign.dataset); });
  document.addEventListener('desk:sent', ({detail: {cid, key, gone, html}}) => {
    const sign = cid !== wanted() && !gone && parse(html).querySelector('.leaving');
    if (sign) offer(cid, key, sign.dataset);
  });
  for (const name of ['opened', 'stayed']) {
    document.addEventListener(`desk:${name}`, ({detail: {cid}}) => { for (const box of document.querySelectorAll(`#toasts [data-cid="${cid}"]`)) box.remove(); });
  }
  new MutationObserver(look).observe($('log'), {childList: true, subtree: true});
  look();
}

