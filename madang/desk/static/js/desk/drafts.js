// What was written and not sent is never lost: in this browser at once, at the server a moment later. Where another tab
// or machine wrote too, the newer words stand and the others are offered.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {addressed, setAddressed} from './addressed.js';
import {choices, setChoices} from './choices.js';
import {chosen} from './chosen.js';
import {kind, setKind, setText} from './composer.js';
import {poke} from './list.js';
import {current, open} from './nav.js';
import {bringFiles, ready} from './uploads.js';

const PAUSE = 1_000;
const AGAIN = 5_000; // when the server is away
const NONE = {text: '', kind: 'reply', data: {}};
const box = $('composer-text');
const place = cid => `madang.draft.${$('desk').dataset.me}.${cid}`;
const unkept = new Map(); // conversation → draft, where this browser has no room for it
const going = new Map(); // conversation → what is on its way to the server: one after another, else they would cross
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
  if (empty && !draft.dirty) return drop(cid);
  try {
    localStorage.setItem(place(cid), JSON.stringify(draft));
    unkept.delete(cid);
  } catch { // full or forbidden: the server keeps it
    drop(cid);
    unkept.set(cid, draft);
  }
}

function drop(cid) {
  unkept.delete(cid);
  localStorage.removeItem(place(cid));
}

function upload(cid) {
  if (cid === current()) {
    clearTimeout(timer);
    timer = 0;
  }
  const mine = (going.get(cid) ?? Promise.resolve()).then(() => put(cid));
  going.set(cid, mine);
  mine.then(() => { if (going.get(cid) === mine) going.delete(cid); });
}

async function put(cid) {
  const kept = read(cid);
  if (!kept?.dirty) return;
  try {
    const body = {text: kept.text, kind: kept.kind, data: JSON.stringify(kept.data), base: String(kept.rev)};
    const {rev, other} = JSON.parse(await ask('PUT', `/c/${cid}/draft`, body));
    if (cid === current()) base = rev;
    tell(cid, kept);
    const now = read(cid);
    if (!now) return await ask('PUT', `/c/${cid}/draft`, {text: ''}); // it was sent meanwhile, and is no draft any more
    write(cid, {...now, rev, dirty: now.at !== kept.at});
    if (other && cid === current()) offer(other);
  } catch (error) {
    if ((!error.status || error.status >= 500) && cid === current()) timer ||= setTimeout(() => upload(cid), AGAIN); // it is still in this browser
  }
}

/** The list says of which conversations there is a draft. Where its row says otherwise, it looks again. */
function tell(cid, {text, data}) {
  const row = $(`c-${cid}`);
  if (row && Boolean(row.querySelector('.row-draft')) !== Boolean(text.trim() || data.files?.length)) poke();
}

function read(cid) {
  if (unkept.has(cid)) return unkept.get(cid);
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
  return {text: data.draft, kind: data.draftKind, data: kept, rev: kept.rev ?? Number(data.draftAt), other: kept.other};
}

/** It was sent: the server forgets its own copy with the message. */
export function sent(cid = current()) {
  drop(cid);
  if (cid !== current()) return;
  clearTimeout(timer);
  timer = 0;
  const data = $('ways-data')?.dataset;
  if (data) Object.assign(data, {draft: '', draftData: '{}'});
  offer(null);
}

/** What comes back to a conversation that is not open: here at once, at the server when it can be reached. */
export function putAway(cid, draft) {
  const before = read(cid);
  const text = both(draft.text, before?.text);
  write(cid, {...draft, text, rev: before?.rev ?? 0, at: Date.now(), dirty: true});
  upload(cid);
}

const both = (...texts) => texts.filter(one => one?.trim()).join('\n\n');

function bring() {
  const here = read(current());
  const there = served();
  // Where the server has none any more, it was sent or emptied elsewhere, later than what stands here.
  const mine = here && (here.dirty || !there || here.rev >= there.rev) ? here : there;
  base = mine?.rev ?? 0;
  show(mine ?? NONE);
  if (here?.dirty && there?.rev > here.rev && there.text.trim() && there.text !== here.text) offer(there);
  else offer(there?.other);
  if (here?.dirty) timer ||= setTimeout(() => upload(current()), PAUSE);
}

/** What somebody typed before this script was there stands after what was kept. */
function begin() {
  const typed = box.value;
  bring();
  if (!typed.trim()) return;
  setText(both(box.value, typed));
  keep();
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
export function back({text, kind: its = 'reply', data = {}, files = []}) {
  const since = {text: box.value.trim(), kind: kind()};
  const apart = since.text && since.kind !== its; // a note that was begun since is no part of an answer
  const more = apart ? [] : beside().files ?? [];
  show({text: apart || since.text === text ? text : both(text, since.text), kind: its, data: {...data, files: [...files, ...more]}});
  keep();
  if (apart) offer(since);
  box.focus();
  box.setSelectionRange(text.length, text.length);
}

if (box) {
  box.addEventListener('input', keep);
  for (const name of ['uploaded', 'kind']) document.addEventListener(`desk:${name}`, () => { if (box.value.trim() || ready().length || read(current())) keep(); });
  $('choices')?.addEventListener('input', keep);
  document.addEventListener('desk:leaving', event => { if (timer) upload(event.detail.cid); });
  document.addEventListener('desk:opened', bring);
  // With a message the server forgets what was a draft then: what was begun since is told again.
  document.addEventListener('desk:sent', ({detail: {cid}}) => {
    const since = read(cid);
    if (!since) return;
    write(cid, {...since, dirty: true});
    upload(cid);
  });
  document.addEventListener('desk:up', () => { // also of conversations that were left without a network
    const names = Object.keys(localStorage).filter(name => name.startsWith(place(''))).map(name => Number(name.slice(place('').length)));
    for (const cid of [...names, ...unkept.keys()]) upload(cid);
  });
  addEventListener('pagehide', () => { if (timer) upload(current()); });
  // Another tab of this browser: its words are taken over while nobody writes here, and go when they are sent there.
  addEventListener('storage', ({key, newValue}) => {
    if (key !== place(current()) || (document.activeElement === box && document.hasFocus())) return;
    show(newValue ? JSON.parse(newValue) : NONE);
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
  if (current()) begin();
}
