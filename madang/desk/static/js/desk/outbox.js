// Sending: the bubble is drawn at once under a key made here, and the server's answer takes its place under the same key.
// What has no answer yet is kept in this browser, in order; the key makes a second try the same message.
import {$, acts, word} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {toast} from '../parts/toast.js';
import {addressable, addressed, setAddressed} from './addressed.js';
import {choices, setChoices} from './choices.js';
import {kind} from './composer.js';
import {notice, noticed} from './noticed.js';
import {back, follow, putAway, sent, state} from './drafts.js';
import {uuid} from './ids.js';
import {forget as forgetFile, isKept} from './kept-files.js';
import {givePlan, takePlan, went} from './macros.js';
import {append, upsert} from './messages.js';
import {current, neighbour, open, shut} from './nav.js';
import {drawn, foot} from './outgoing.js';
import {said} from './said.js';
import {clearTemplate, giveTemplate, template, whole} from './templates.js';
import {forget, items, save, whenGone} from './unsent.js';
import {up} from './uploading.js';
import {bringBack, clear, stuck, taken} from './uploads.js';
import {channel} from './chosen.js';
import {alone, reachable} from './ways.js';

const box = $('composer-text');
const underway = new Set();
const SOON = 2_000; // until it is tried again while the line stands; twice as long each time
const SELDOM = 60_000;
let pause = SOON;

function compose({detail}) {
  const how = detail ?? {};
  const chosen = template();
  const text = chosen ? chosen.text : box.value.trim();
  const files = taken();
  if (stuck()) return refuse(stuck());
  if ((!text && !files.length) || !reachable() || !current() || (chosen && !whole()) || !addressable()) return;
  const item = {
    key: uuid(), cid: current(), kind: kind(), text, channel: channel(), addressed: addressed(), files, choices: choices(),
    template: chosen, alone: alone(), base: state(), how: kind() === 'note' ? {} : how, seen: noticed(), macro: kind() === 'note' ? null : takePlan(current()), at: Date.now(),
  };
  save(item);
  for (const file of files) if (file.key && file.id) forgetFile(file.id);
  if (!item.how.later) append(drawn(item));
  clear();
  setChoices([]);
  setAddressed(); // whoever got a copy of this one is not named in the next by chance
  if (chosen) clearTemplate(); // what was written beside it stays a draft
  else {
    sent();
    box.value = '';
    box.dispatchEvent(new Event('input'));
  }
  flush(item.cid);
  if (item.how.then) leave();
}

// Without the file the answer would say something else.
function refuse(node) {
  toast($('composer').dataset.stuck, {tone: 'bad'});
  node.querySelector('[data-act=unattach]').focus();
}

// What is closed or put away with the answer makes room for the next.
function leave() {
  const next = neighbour(1) || neighbour(-1);
  if (next) open(next);
  else shut();
}

// One after another: what waits for the connection arrives in the order in which it was written.
async function flush(cid) {
  if (underway.has(cid)) return;
  underway.add(cid);
  try {
    for (let item; (item = [...items.values()].find(one => one.cid === cid && one.lost !== false));) {
      if (await send(item)) continue;
      for (const one of items.values()) if (one.cid === cid && one.lost !== false) waits(one); // behind it
      break;
    }
  } finally {
    underway.delete(cid);
  }
}

/** Whether it has an answer, so that the next may go. */
async function send(item) {
  mine(item, node => { node.dataset.state = 'queued'; foot(node, 'tpl-queued'); });
  try {
    await carry(item);
    if (!items.has(item.key)) return true; // it was taken back meanwhile
    arrived(item, await ask('POST', `/c/${item.cid}/messages`, body(item)));
  } catch (error) {
    if (error.status === 409 && error.html) return settle(item, error);
    fail(item, error);
    return item.lost === false;
  }
  return true;
}

// Its files go first; what is at the server already does not go twice.
async function carry(item) {
  for (const file of item.files.filter(one => !one.key)) {
    file.key = await up(file.id);
    if (items.has(item.key)) save(item);
    forgetFile(file.id);
  }
}

function arrived(item, html) {
  const gone = !items.has(item.key); // it was taken back meanwhile
  pause = SOON;
  forget(item.key);
  const event = new CustomEvent('desk:sent', {detail: {cid: item.cid, key: item.key, how: item.how, gone, html}});
  if (item.how.later) $(`m-${item.key}`)?.remove(); // it stands among what is to leave later
  else if (item.cid === current() && !gone) upsert(html, {certain: false});
  document.dispatchEvent(event);
  if (item.macro && !gone) went(item.cid, item.macro);
}

/** A colleague was quicker: the person decides, of one answer after the other. Returns whether the next may go. */
function settle(item, error) {
  asking = asking.then(() => question(item, error)).catch(lost => fail(item, lost));
  return asking;
}
let asking = Promise.resolve();

async function question(item, {html}) {
  const {crossed} = await import('../later/crossed.js');
  if (!items.has(item.key)) return true; // it was taken back meanwhile
  const {choice, newest, conversation, discarded} = await crossed(html, item.text);
  item.cid = Number(conversation); // it may have gone into another
  item.seen = Number(newest);
  notice(item.cid, item.seen); // she has seen it now: she is not asked about it again
  if (choice === 'send') {
    save(item);
    flush(item.cid); // the same again, with her eyes open
  } else drop(item);
  if (choice === 'edit') await bring(item);
  if (choice === 'discard') toast(discarded, {label: word('undo'), act: () => bring(item)});
  return true;
}

/** Before her eyes in the composer of its conversation. */
async function bring(item) {
  await open(item.cid);
  restore(item);
}

function body(item) {
  const form = said(item);
  const {then = '', until = '', later = '', asks = false} = item.how ?? {};
  const {macro = '', run = ''} = item.macro ?? {};
  const more = {macro, run, key: item.key, kind: item.kind, seen: item.seen ?? 0, base: item.base ?? '', then, until, later, asks: asks ? '1' : ''};
  for (const [name, value] of Object.entries(more)) form.append(name, value);
  return form;
}

function fail(item, error) {
  item.lost = !error.status || error.status === 401 || error.status >= 500; // it may go later as it is
  item.why = error.message;
  save(item);
  if (error.status === 401) complain(error);
  else if (item.lost) setTimeout(again, pause, item.cid);
  if (item.how?.later && item.lost === false) {
    drop(item);
    restore(item);
    return complain(error);
  }
  if (item.lost) return waits(item);
  if (item.cid !== current()) toast(error.message, {tone: 'bad', label: word('open'), act: () => open(item.cid), stay: true}); // she would not see it
  mine(item, node => {
    if (node.dataset.id) return; // the stream already told that it arrived
    node.dataset.state = 'failed';
    foot(node, 'tpl-failed');
    node.querySelector('.msg-why').textContent = error.message;
  });
}

/** A request that was lost on a line that stands; where the line is down, `desk:up` tells. */
function again(cid) {
  pause = Math.min(2 * pause, SELDOM);
  if ($('offline').hidden) flush(cid);
}

async function waits(item) {
  if (item.how?.later && item.cid === current() && !$(`m-${item.key}`)) append(drawn(item)); // else nobody would know
  mine(item, node => { if (!node.dataset.id) foot(node, 'tpl-waits'); });
  if (await kept(item)) return;
  mine(item, node => { const line = node.querySelector('.waits-here'); if (line) line.hidden = false; });
}

/** Whether a closed browser would not lose it. */
async function kept(item) {
  const files = await Promise.all(item.files.filter(one => !one.key).map(one => isKept(one.id)));
  item.here = item.unkept || files.includes(false); // in this page and nowhere else
  return !item.here;
}

function mine(item, change) {
  const node = $(`m-${item.key}`);
  if (node) change(node);
}

const itemOf = button => items.get(button.closest('.msg').id.slice(2));

/** Forget an item that is not to go any more; returns it, or nothing when it has arrived. */
export function drop({key}) {
  const item = items.get(key);
  forget(key);
  $(`m-${key}`)?.remove();
  return item;
}

/** What was to be sent, back in the composer of its conversation. */
export function restore(item) {
  if (item.macro) givePlan(item.cid, item.macro);
  const data = {...item.addressed, buttons: item.choices, channel: item.channel, private: item.alone};
  const files = item.files.filter(one => one.key).map(({key, name, size, type}) => ({key, name, size, mime: type})); // the others come by themselves
  const text = item.template ? '' : item.text;
  if (item.cid === current()) {
    back({text, kind: item.kind, data, files});
    bringBack();
  } else if (text || files.length) putAway(item.cid, {text, kind: item.kind, data: {...data, files}});
  if (item.template) giveTemplate(item.cid, item.template);
}

acts.resend = button => {
  const item = itemOf(button);
  delete item.lost;
  flush(item.cid);
};
acts.discard = button => {
  const item = itemOf(button);
  drop(item);
  ask('DELETE', `/c/${item.cid}/messages/${item.key}`).catch(() => {}); // should it have arrived all the same
  restore(item);
};

function redraw() {
  for (const item of items.values()) {
    if (item.cid !== current() || (item.how?.later && !item.lost) || $(`m-${item.key}`)) continue;
    append(drawn(item));
    if (!underway.has(item.cid)) fail(item, {status: item.lost === false ? 400 : 0, message: item.why ?? ''});
  }
}

if (box) {
  document.addEventListener('desk:send', compose);
  for (const name of ['opened', 'renewed']) document.addEventListener(`desk:${name}`, redraw);
  whenGone(item => mine(item, node => { if (!node.dataset.id) node.remove(); }));
  addEventListener('beforeunload', event => { if ([...items.values()].some(item => item.here)) event.preventDefault(); });
  document.addEventListener('desk:up', () => { for (const cid of new Set([...items.values()].map(item => item.cid))) flush(cid); });
  document.addEventListener('desk:led', ({detail: {from, into}}) => { // what she wrote goes along
    for (const item of items.values()) if (item.cid === from) save(Object.assign(item, {cid: into}));
    follow(from, into);
  });
  redraw();
  for (const item of items.values()) if (item.lost === false && item.cid !== current()) fail(item, {status: 400, message: item.why}); // its conversation may stand in no list
}
