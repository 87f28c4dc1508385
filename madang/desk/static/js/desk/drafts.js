// What was written and not sent is never lost: in this browser at once, at the server a moment later.
import {$} from '../parts/acts.js';
import {ask} from '../parts/http.js';
import {kind, setKind, setText} from './composer.js';
import {current} from './nav.js';

const PAUSE = 1_500;
const box = $('composer-text');
const place = cid => `madang.draft.${$('desk').dataset.me}.${cid}`;
let timer = 0;

function keep() {
  const cid = current();
  if (!cid) return;
  if (box.value.trim()) localStorage.setItem(place(cid), JSON.stringify({text: box.value, kind: kind()}));
  else localStorage.removeItem(place(cid));
  clearTimeout(timer);
  timer = setTimeout(() => upload(cid), PAUSE);
}

function upload(cid) {
  timer = 0;
  const kept = read(cid) ?? {text: '', kind: 'reply'};
  ask('PUT', `/c/${cid}/draft`, kept).catch(() => {}); // it is still in this browser
}

function read(cid) {
  try {
    return JSON.parse(localStorage.getItem(place(cid)));
  } catch {
    return null;
  }
}

/** It was sent: the server forgets its own copy with the message. */
export function sent() {
  clearTimeout(timer);
  timer = 0;
  localStorage.removeItem(place(current()));
}

function bring() {
  const data = $('ways-data')?.dataset;
  const draft = read(current()) ?? {text: data?.draft ?? '', kind: data?.draftKind ?? 'reply'};
  setKind(draft.text ? draft.kind : 'reply');
  setText(draft.text);
}

if (box) {
  box.addEventListener('input', keep);
  document.addEventListener('desk:leaving', event => { if (timer) { clearTimeout(timer); upload(event.detail.cid); } });
  document.addEventListener('desk:opened', bring);
  addEventListener('pagehide', () => { if (timer) upload(current()); });
  if (current()) bring();
}
