// What was written and not sent is never lost: in this browser at once, at the server a moment later. Where another tab
// or machine wrote too, the newer words stand and the others are offered.
import {$, acts, word} from '../parts/acts.js';
import {ask, complain, tell} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {addressed, setAddressed} from './addressed.js';
import {choices, setChoices} from './choices.js';
import {chosen} from './chosen.js';
import {kind, setKind, setText} from './composer.js';
import {poke} from './list.js';
import {bringPlan, planned} from './macros.js';
import {current, open} from './nav.js';
import {bringFiles, ready} from './uploads.js';
import {seclude, secluded} from './ways.js';

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
let offered = null; // what was written elsewhere, while it is offered

function beside() {
  const files = ready().map(({key, name, size, type}) => ({key, name, size, mime: type}));
  const data = {...addressed(), buttons: choices(), files, private: secluded(), plan: planned()};
  if (chosen.has(current())) data.channel = Number(chosen.get(current()));
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value.length || value > 0));
}

function keep() {
  const cid = current();
  if (!cid || bringing || box.readOnly) return;
  const draft = {text: box.value, kind: kind(), data: beside(), rev: state(), at: Date.now(), dirty: true};
  if (!draft.rev && !read(cid) && empty(draft)) return; // there is none, here or there
  write(cid, draft);
  clearTimeout(timer);
  timer = setTimeout(() => upload(cid), PAUSE);
}

const empty = ({text, data}) => !text.trim() && !data.files?.length;

/** The state of the server's copy on which stands what is written here. */
export const state = () => read(current())?.rev ?? base;

function write(cid, draft) {
  if (empty(draft) && !draft.dirty) return drop(cid);
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
    mark(cid, kept);
    const now = read(cid);
    if (!now) return await ask('PUT', `/c/${cid}/draft`, {text: '', base: String(rev)}); // it was sent meanwhile, and is no draft any more
    write(cid, {...now, rev, dirty: now.at !== kept.at});
    if (other && cid === current()) offer(other);
  } catch (error) {
    if ((!error.status || error.status >= 500) && cid === current()) timer ||= setTimeout(() => upload(cid), AGAIN); // it is still in this browser
  }
}

/** The list says of which conversations there is a draft. Where its row says otherwise, it looks again. */
function mark(cid, draft) {
  const row = $(`c-${cid}`);
  if (row && Boolean(row.querySelector('.row-draft')) === empty(draft)) poke();
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

/** It was sent: the server forgets its own copy with the message. What was written elsewhere takes its place. */
export function sent() {
  drop(current());
  clearTimeout(timer);
  timer = base = 0;
  if (kind() === 'reply') seclude(false);
  const {text: draft = '', kind: draftKind = '', data = {}} = offered ?? {};
  if ($('ways-data')) Object.assign($('ways-data').dataset, {draft, draftKind, draftData: JSON.stringify(data)});
}

/** What comes back to a conversation that is not open: here at once, at the server when it can be reached. */
export function putAway(cid, draft) {
  const before = read(cid) ?? NONE;
  const files = [draft, before].flatMap(({data}) => data.files ?? []);
  const plan = [planned(cid), before.data.plan].find(one => one?.length);
  const data = {...draft.data, files, plan, private: draft.data.private || before.data.private};
  const note = [draft, before].some(one => one.kind === 'note' && !empty(one)); // else it would go out as an answer
  const rev = before.rev ?? 0;
  write(cid, {text: both(draft.text, before.text), kind: note ? 'note' : 'reply', data, rev, at: Date.now(), dirty: true});
  upload(cid);
}

/** It went into another: what only this browser has goes along; what the server has is there already. */
export function follow(from, into) {
  const kept = read(from);
  drop(from);
  if (kept?.dirty) putAway(into, kept);
}

const both = (...texts) => texts.filter(one => one?.trim()).join('\n\n');

function bring() {
  const here = read(current());
  const there = served();
  // Where the server has none any more, it was sent or emptied elsewhere, later than what stands here.
  const mine = here && (here.dirty || !there || here.rev > there.rev) ? here : there;
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
  if (something) {
    seclude(Boolean(data.private));
    bringPlan(data.plan);
  }
  bringFiles(something ? data.files ?? [] : []);
  bringing = false;
}

function offer(other) {
  const line = $('draft-other');
  line.hidden = !other?.text?.trim() || other.text === box.value;
  offered = line.hidden ? null : other;
}

/** Beside what stands in the composer again. */
async function unforget(cid, {text, kind: its, data = {}}) {
  if (!await tell('PUT', `/c/${cid}/draft`, {text, kind: its, data: JSON.stringify(data), base: '0'}) || cid !== current()) return;
  keep(); // it is kept beside this one, as words of elsewhere are
  upload(cid);
  offer({text, kind: its, data});
}

/** What comes back to the composer: an answer that was undone, with all that belongs to it. */
export function back({text, kind: its = 'reply', data = {}, files = []}) {
  const since = {text: box.value.trim(), kind: kind(), data: beside()};
  const apart = since.text && since.kind !== its; // a note that was begun since is no part of an answer
  const more = apart ? {} : since.data;
  const whole = {...data, files: [...files, ...more.files ?? []], plan: planned(), private: data.private || more.private};
  show({text: apart || since.text === text ? text : both(text, since.text), kind: its, data: whole});
  keep();
  if (apart) offer(since);
  box.focus();
  box.setSelectionRange(text.length, text.length);
}

if (box) {
  box.addEventListener('input', keep);
  for (const name of ['uploaded', 'kind', 'plan']) document.addEventListener(`desk:${name}`, () => { if (box.value.trim() || ready().length || read(current())) keep(); });
  $('choices')?.addEventListener('input', keep);
  document.addEventListener('desk:leaving', event => { if (timer) upload(event.detail.cid); });
  document.addEventListener('desk:opened', bring);
  // With a message the server forgets what was a draft then: what was begun since is told again.
  document.addEventListener('desk:sent', ({detail: {cid}}) => {
    const since = read(cid);
    if (!since) return mark(cid, NONE);
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
    if (!newValue) {
      seclude(false);
      bringPlan();
    }
    show(newValue ? JSON.parse(newValue) : NONE);
  });
  acts['other-draft'] = () => {
    const mine = {text: box.value, kind: kind(), data: beside()};
    show({data: mine.data, ...offered});
    keep();
    write(current(), {...read(current()), rev: 0}); // it stands on none: at the server, too, mine is kept beside it
    offer(mine); // and back again, as often as one likes
    box.focus();
  };
  acts['no-other-draft'] = async () => {
    const [cid, other] = [current(), offered];
    offer(null);
    box.focus();
    if (await tell('DELETE', `/c/${cid}/draft/other`)) toast($('draft-other').dataset.said, {label: word('undo'), act: () => unforget(cid, other)});
    else if (cid === current()) offer(other);
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
