// Sending: the bubble is drawn at once under a key made here, and the server's answer takes its place under the same key.
// What has no answer yet is kept in this browser, in order; the key makes a second try the same message.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {addressable, addressed, setAddressed} from './addressed.js';
import {choices, setChoices} from './choices.js';
import {kind} from './composer.js';
import {crossed} from './crossed.js';
import {noticed} from './noticed.js';
import {back, sent} from './drafts.js';
import {givePlan, takePlan, went} from './macros.js';
import {append, upsert} from './messages.js';
import {current, neighbour, open, shut} from './nav.js';
import {drawn, foot} from './outgoing.js';
import {said} from './said.js';
import {clearTemplate, template, whole} from './templates.js';
import {clear, ready, waiting} from './uploads.js';
import {channel} from './chosen.js';
import {alone, reachable} from './ways.js';

const box = $('composer-text');
const STORE = `madang.outbox.${$('desk').dataset.me}`;
const items = new Map(load().map(item => [item.key, item]));
const underway = new Set();

function load() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

function save() {
  try {
    localStorage.setItem(STORE, JSON.stringify([...items.values()]));
  } catch {
    // full or forbidden: while this page is open they are kept here
  }
}

function compose({detail}) {
  const how = detail ?? {};
  if (waiting()) return document.addEventListener('desk:uploaded', () => compose({detail: how}), {once: true});
  const chosen = template();
  const text = chosen ? chosen.text : box.value.trim();
  if ((!text && !ready().length) || !reachable() || !current() || (chosen && !whole()) || !addressable()) return;
  const item = {
    key: uuid(), cid: current(), kind: kind(), text, channel: channel(), addressed: addressed(), files: ready(), choices: choices(),
    template: chosen, alone: alone(), how: kind() === 'note' ? {} : how, seen: noticed(), macro: kind() === 'note' ? null : takePlan(current()), at: Date.now(),
  };
  items.set(item.key, item);
  save();
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

// What is closed or put away with the answer makes room for the next.
function leave() {
  const next = neighbour(1) || neighbour(-1);
  if (next) open(next);
  else shut();
}

// crypto.randomUUID is missing where the desk is served over plain http from another machine.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
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
    arrived(item, await ask('POST', `/c/${item.cid}/messages`, body(item)));
  } catch (error) {
    if (error.status === 409 && error.html) return settle(item, error);
    fail(item, error);
    return item.lost === false;
  }
  return true;
}

function arrived(item, html) {
  const gone = !items.has(item.key); // it was taken back meanwhile
  items.delete(item.key);
  save();
  const event = new CustomEvent('desk:sent', {detail: {cid: item.cid, key: item.key, how: item.how, gone}});
  if (item.cid === current() && !item.how.later && !gone) upsert(html, {certain: false});
  document.dispatchEvent(event);
  if (item.macro && !gone) went(item.cid, item.macro);
}

/** A colleague was quicker: the person decides. Returns whether the next may go. */
async function settle(item, error) {
  const {choice, newest: seen} = await crossed(error.html, item.text);
  if (choice === 'send') {
    item.seen = seen;
    save();
    return true; // the same again, with her eyes open
  }
  drop(item);
  if (choice === 'edit') restore(item);
  return true;
}

function body(item) {
  const form = said(item);
  const {then = '', until = '', later = '', asks = false} = item.how ?? {};
  const {macro = '', run = ''} = item.macro ?? {};
  const more = {macro, run, key: item.key, kind: item.kind, seen: item.seen ?? 0, then, until, later, asks: asks ? '1' : ''};
  for (const [name, value] of Object.entries(more)) form.append(name, value);
  return form;
}

function fail(item, error) {
  item.lost = !error.status || error.status === 401 || error.status >= 500; // it may go later as it is
  save();
  if (error.status === 401) complain(error);
  if (item.how?.later && item.lost === false) {
    drop(item);
    restore(item);
    return complain(error);
  }
  if (item.lost) return waits(item);
  mine(item, node => {
    if (node.dataset.id) return; // the stream already told that it arrived
    node.dataset.state = 'failed';
    foot(node, 'tpl-failed');
    node.querySelector('.msg-why').textContent = error.message;
  });
}

function waits(item) {
  mine(item, node => { if (!node.dataset.id) foot(node, 'tpl-waits'); });
}

function mine(item, change) {
  const node = $(`m-${item.key}`);
  if (node) change(node);
}

const itemOf = button => items.get(button.closest('.msg').id.slice(2));

/** Forget an item that is not to go any more; returns it, or nothing when it has arrived. */
export function drop({key}) {
  const item = items.get(key);
  items.delete(key);
  save();
  $(`m-${key}`)?.remove();
  return item;
}

/** What was to be sent, back in the composer of its conversation. */
export function restore(item) {
  if (item.macro) givePlan(item.cid, item.macro);
  const data = {...item.addressed, buttons: item.choices, channel: item.channel};
  if (item.cid === current()) return back({text: item.template ? '' : item.text, data, files: item.files.map(({key, name, size, type}) => ({key, name, size, mime: type}))});
  ask('PUT', `/c/${item.cid}/draft`, {text: item.text, kind: item.kind, data: JSON.stringify({...data, buttons: item.choices}), base: ''}).catch(() => {});
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
    if (item.cid !== current() || item.how?.later || $(`m-${item.key}`)) continue;
    append(drawn(item));
    if (!underway.has(item.cid)) fail(item, {status: item.lost === false ? 400 : 0, message: ''});
  }
}

if (box) {
  document.addEventListener('desk:send', compose);
  for (const name of ['opened', 'renewed']) document.addEventListener(`desk:${name}`, redraw);
  document.addEventListener('desk:up', () => { for (const cid of new Set([...items.values()].map(item => item.cid))) flush(cid); });
  redraw();
}
