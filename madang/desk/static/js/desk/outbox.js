// Sending: the bubble is drawn at once under a key made here, and the server's answer takes its place under the same key.
// What has no answer yet is kept in this browser, and the key makes a second try the same message.
import {$, acts, copyOf, word} from '../parts/acts.js';
import {ask} from '../parts/http.js';
import {choices, setChoices} from './choices.js';
import {kind, setKind, setText} from './composer.js';
import {sent} from './drafts.js';
import {append, upsert} from './messages.js';
import {current} from './nav.js';
import {said} from './said.js';
import {clearTemplate, template, whole} from './templates.js';
import {clear, ready, size, waiting} from './uploads.js';
import {channel} from './chosen.js';
import {alone, copies, mark, reachable} from './ways.js';

const box = $('composer-text');
const STORE = `madang.outbox.${$('desk').dataset.me}`;
const korean = document.documentElement.lang === 'ko';
const timeZone = $('desk').dataset.zone;
const clock = new Intl.DateTimeFormat(korean ? 'ko' : 'en-GB', {hour: korean ? 'numeric' : '2-digit', minute: '2-digit', timeZone});
const days = new Intl.DateTimeFormat('sv', {timeZone}); // 2026-11-22, as the server writes it
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
  localStorage.setItem(STORE, JSON.stringify([...items.values()]));
}

function compose() {
  if (waiting()) return document.addEventListener('desk:uploaded', compose, {once: true});
  const chosen = template();
  const text = chosen ? chosen.text : box.value.trim();
  if ((!text && !ready().length) || !reachable() || !current() || (chosen && !whole())) return;
  const item = {key: uuid(), cid: current(), kind: kind(), text, channel: channel(), cc: copies(), files: ready(), choices: choices(), template: chosen, alone: alone(), at: Date.now()};
  items.set(item.key, item);
  save();
  draw(item);
  clear();
  setChoices([]);
  if (chosen) clearTemplate(); // what was written beside it stays a draft
  else {
    sent();
    setText('');
  }
  send(item);
}

// crypto.randomUUID is missing where the desk is served over plain http from another machine.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function draw(item) {
  const node = copyOf(item.kind === 'note' ? 'tpl-note' : 'tpl-out').firstElementChild;
  const at = new Date(item.at);
  node.id = `m-${item.key}`;
  Object.assign(node.dataset, {at: Math.floor(item.at / 1000), way: item.channel, day: days.format(at), daytext: word('today')});
  node.querySelector('.bubble p').textContent = item.text;
  node.querySelector('.bubble').hidden = !item.text;
  node.querySelector('time').textContent = clock.format(at);
  node.querySelector('.msg-slot')?.replaceWith(mark() ?? '');
  files(node, item);
  foot(node, 'tpl-queued');
  append(node);
}

function files(node, item) {
  const list = node.querySelector('.files');
  list.hidden = !item.files.length;
  for (const file of item.files) {
    const row = document.createElement('li');
    row.className = 'file';
    row.textContent = `${file.name} · ${size(file.size)}`;
    list.append(row);
  }
}

function foot(node, template) {
  node.querySelector('.msg-foot').replaceChildren(copyOf(template));
}

async function send(item) {
  if (underway.has(item.key)) return;
  underway.add(item.key);
  mine(item, node => { node.dataset.state = 'queued'; foot(node, 'tpl-queued'); });
  try {
    const html = await ask('POST', `/c/${item.cid}/messages`, body(item));
    items.delete(item.key);
    save();
    if (item.cid === current()) upsert(html, {certain: false});
  } catch (error) {
    fail(item, error);
  } finally {
    underway.delete(item.key);
  }
}

function body(item) {
  const form = said(item);
  for (const [name, value] of [['key', item.key], ['kind', item.kind], ['cc', item.cc ?? '']]) form.append(name, value);
  return form;
}

function fail(item, error) {
  item.lost = !error.status;
  mine(item, node => {
    if (node.dataset.id) return; // the stream already told that it arrived
    node.dataset.state = 'failed';
    foot(node, 'tpl-failed');
    const why = node.querySelector('.msg-why');
    why.textContent = item.lost ? why.dataset.lost : error.message;
  });
}

function mine(item, change) {
  const node = $(`m-${item.key}`);
  if (node) change(node);
}

const itemOf = button => items.get(button.closest('.msg').id.slice(2));

acts.resend = button => send(itemOf(button));
acts.discard = button => {
  const item = itemOf(button);
  items.delete(item.key);
  save();
  button.closest('.msg').remove();
  setKind(item.kind);
  setText([box.value, item.text].filter(Boolean).join('\n'));
  if (item.choices?.length) setChoices(item.choices);
  box.dispatchEvent(new Event('input'));
  box.focus();
};

function redraw() {
  for (const item of items.values()) {
    if (item.cid !== current() || $(`m-${item.key}`)) continue;
    draw(item);
    if (!underway.has(item.key)) fail(item, {status: item.lost === false ? 400 : 0, message: ''});
  }
}

if (box) {
  document.addEventListener('desk:send', compose);
  for (const name of ['opened', 'renewed']) document.addEventListener(`desk:${name}`, redraw);
  document.addEventListener('desk:up', () => { for (const item of items.values()) if (item.lost !== false) send(item); });
  redraw();
}
