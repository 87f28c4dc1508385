// What was written and not sent is never lost: in this browser at once, at the server a moment later. Where another tab
// or machine wrote too, the newer words stand and the others are offered.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {addressed, setAddressed} from './addressed.js';
import {choices, setChoices} from './choices.js';
import {chosen} from './chosen.js';
import {kind, setKind, setText} from './composer.js';
import {current, open} from './nav.js';
import {bringFiles, ready} from './uploads.js';

const PAUSE = 1_000;
const AGAIN = 5_000; // when the server is away
const box = $('composer-text');
const place = cid => `madang.draft.${$('desk').dataset.me}.${cid}`;
let timer = 0;
let bringing = false;
let base = 0; // the state of the server's copy that stood here when writing began

function beside() {
  const data = {...addressed(), buttons: choices(), files: ready().map(({key, name, size, type}) => ({key, name, size, mime: type}))};
  if (chosen.has(current())) data.channel = Number(chosen.get(current()));
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value.length || value > 0));
}

function keep() {
  const cid = current();
  if (!cid || bringing || box.readOnly) return;
  const before = read(cid);
  const draft = {text: box.value, kind: kind(), data: beside(), rev: before?.rev ?? base, at: Date.now(), dirty: true};
  write(cid, draft);
  clearTimeout(timer);
  timer = setTimeout(() => upload(cid), PAUSE);
}

function write(cid, draft) {
  const empty = !draft.text.trim() && !draft.data.files?.length;
  if (empty && !draft.dirty) return localStorage.removeItem(place(cid));
  try {
    localStorage.setItem(place(cid), JSON.stringify(draft));
  } catch {
    // full or forbidden: the server keeps it
  }
}

async function upload(cid) {
  timer = 0;
  const kept = read(cid);
  if (!kept?.dirty) return;
  try {
    const body = {text: kept.text, kind: kept.kind, data: JSON.stringify(kept.data), base: String(kept.rev)};
    const {rev, other} = JSON.parse(await ask('PUT', `/c/${cid}/draft`, body));
    if (cid === current()) base = rev;
    const now = read(cid);
    if (!now) return;
    write(cid, {...now, rev, dirty: now.at !== kept.at});
    if (cid === current()) offer(other);
  } catch (error) {
    if (!error.status && cid === current()) timer ||= setTimeout(() => upload(cid), AGAIN); // it is still in this browser
  }
}

function read(cid) {
  try {
    return JSON.parse(localStorage.getItem(place(cid)));
  } catch {
    return null;
  }
}

function served() {
  const data = $('ways-data')?.dataset;
  if (!data?.draftData) return null;
  const kept = JSON.parse(data.draftData);
  return {text: data.draft, kind: data.draftKind, data: kept, rev: kept.rev ?? 0, at: kept.rev ?? 0, other: kept.other};
}

/** It was sent: the server forgets its own copy with the message. */
export function sent(cid = current()) {
  clearTimeout(timer);
  timer = 0;
  localStorage.removeItem(place(cid));
  if (cid !== current()) return;
  const data = $('ways-data')?.dataset;
  if (data) Object.assign(data, {draft: '', draftData: '{}'});
  offer(null);
}

/** Keep what stands there now, for whoever has changed it by hand. */
export const changed = keep;

function bring() {
  const here = read(current());
  const there = served();
  const mine = here && (here.dirty || !there?.rev || here.rev >= there.rev) ? here : there;
  base = mine?.rev ?? 0;
  show(mine ?? {text: '', kind: 'reply', data: {}});
  if (here?.dirty && there?.rev > here.rev && there.text.trim() && there.text !== here.text) offer(there);
  else offer(there?.other);
  if (here?.dirty) timer ||= setTimeout(() => upload(current()), PAUSE);
}

function show(draft) {
  bringing = true;
  const data = draft.data ?? {};
  const something = draft.text || data.files?.length;
  if (something && data.channel) chosen.set(current(), String(data.channel));
  setKind(something ? draft.kind : 'reply');
  setText(draft.text);
  setAddressed(something ? data : {});
  setChoices(something ? data.buttons ?? [] : []);
  bringFiles(something ? data.files ?? [] : []);
  bringing = false;
}

function offer(other) {
  const line = $('draft-other');
  line.hidden = !other?.text?.trim() || other.text === box.value;
  if (!line.hidden) Object.assign(line.dataset, {text: other.text, kind: other.kind});
}

/** What comes back to the composer: an answer that was undone, with all that belongs to it. */
export function back({text, data = {}, files = []}) {
  const since = box.value.trim();
  show({text: since && since !== text ? `${text}\n\n${since}` : text, kind: 'reply', data: {...data, files}});
  keep();
  box.focus();
  box.setSelectionRange(text.length, text.length);
}

if (box) {
  box.addEventListener('input', keep);
  for (const name of ['uploaded', 'kind']) document.addEventListener(`desk:${name}`, () => { if (box.value.trim() || ready().length) keep(); });
  document.addEventListener('desk:leaving', event => { if (timer) { clearTimeout(timer); upload(event.detail.cid); } });
  document.addEventListener('desk:opened', bring);
  document.addEventListener('desk:up', () => { if (current()) upload(current()); });
  addEventListener('pagehide', () => { if (timer) upload(current()); });
  // Another tab of this browser: its words are taken over while nobody writes here.
  addEventListener('storage', event => {
    if (event.key === place(current()) && document.activeElement !== box && event.newValue) show(JSON.parse(event.newValue));
  });
  acts['other-draft'] = () => {
    const {text, kind: its} = $('draft-other').dataset;
    const mine = {text: box.value, kind: kind()};
    setKind(its);
    setText(text);
    keep();
    offer(mine); // and back again, as often as one likes
    box.focus();
  };
  acts['no-other-draft'] = () => {
    $('draft-other').hidden = true;
    ask('DELETE', `/c/${current()}/draft/other`).catch(() => {});
    box.focus();
  };
  acts.drafts = async () => {
    const body = $('drafts-body');
    body.textContent = body.dataset.waiting;
    $('drafts').showModal();
    try {
      body.replaceChildren(parse(await ask('GET', '/drafts')));
      body.querySelector('a')?.focus();
    } catch (error) {
      $('drafts').close();
      complain(error);
    }
  };
  acts['draft-open'] = (link, event) => {
    event.preventDefault();
    $('drafts').close();
    open(Number(link.dataset.cid)).then(() => box.focus());
  };
  if (current()) bring();
}
