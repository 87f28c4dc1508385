// The messages of the open conversation: each is there once, in order, close to the one it belongs to.
import {$, acts, copyOf, fill} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {current} from './nav.js';
import {hush} from './swap.js';

const TOGETHER = 600; // seconds; as the server decides it (wording.py)
const FAR = -240; // pixels above the newest end
const log = $('log');
const scroller = $('log-scroll');
const PARTS = ['.pick', '.msg-meta', '.bubble', '.extras', '.files', '.reactions', ':scope > .msg-more', '.msg-foot'];

/** Put one message or line of the server's in its place. `certain` false: an answer that a newer state may have overtaken. */
export function upsert(html, {certain = true} = {}) {
  const fresh = parse(html).querySelector('li');
  const old = $(fresh.id);
  if (old) renew(old, fresh, certain);
  else if (!tooOld(fresh)) insert(fresh);
  quieten();
  return $(fresh.id);
}

function renew(old, fresh, certain) {
  if (!certain && Number(fresh.dataset.rank) < Number(old.dataset.rank)) return;
  for (const part of PARTS) renewPart(old, fresh, part);
  Object.assign(old.dataset, fresh.dataset);
  arrange(old);
}

function renewPart(old, fresh, selector) {
  const before = old.querySelector(selector);
  const after = fresh.querySelector(selector);
  if (!before && after) {
    const next = PARTS.slice(PARTS.indexOf(selector) + 1).map(part => old.querySelector(part)).find(Boolean);
    old.insertBefore(after, next ?? null);
  } else if (before && !after) before.remove();
  else if (before && before.innerHTML !== after.innerHTML) before.replaceChildren(...after.childNodes);
  if (before && after) before.hidden = after.hidden;
}

/** A catch-up may tell of a message that lies above what is loaded. */
function tooOld(fresh) {
  const first = log.querySelector('.msg[data-id]');
  return $('older') && first && fresh.dataset.id && Number(fresh.dataset.id) < Number(first.dataset.id);
}

function insert(fresh) {
  const later = [...log.querySelectorAll('.msg[data-id]')].find(other => comesAfter(other.dataset, fresh.dataset));
  log.insertBefore(fresh, later ?? null);
  arrange(fresh);
  arrange(fresh.nextElementSibling);
}

// As the server puts them: by the second in which they were said, which a provider may deliver late.
const comesAfter = (one, other) => (one.at - other.at || one.id - other.id) > 0;

/** Append a bubble that is not at the server yet. */
export function append(node) {
  log.append(node);
  arrange(node);
  scroller.scrollTop = 0;
}

/** What stands above a message, but for the lines that belong to it: what is new begins here, the channel changes. */
function above(node) {
  let before = node.previousElementSibling;
  while (before?.matches('.way-change, .unread-line')) before = before.previousElementSibling;
  return before;
}

function arrange(node) {
  if (!node?.dataset.day) return;
  const before = above(node);
  if (before?.dataset.day !== node.dataset.day) before ? before.after(dayOf(node)) : log.prepend(dayOf(node));
  if (!node.matches('.msg')) return;
  const friend = above(node)?.matches('.msg') ? above(node) : null;
  const sameWay = Boolean(friend) && friend.dataset.way === node.dataset.way;
  const close = sameWay && friend.dataset.author === node.dataset.author && node.dataset.at - friend.dataset.at < TOGETHER;
  node.toggleAttribute('data-joined', close && node.dataset.kind !== 'note');
  node.querySelector('.msg-way')?.toggleAttribute('data-same', sameWay);
  turn(node);
}

/** Where the channel changes, a line says so, as the server draws it (_items.html). */
function turn(node) {
  const line = node.previousElementSibling?.matches('.way-change') ? node.previousElementSibling : null;
  let before = above(node);
  while (before && !(before.dataset.way && before.dataset.kind !== 'note')) before = before.previousElementSibling;
  const turns = before && node.dataset.way && node.dataset.kind !== 'note' && before.dataset.way !== node.dataset.way;
  const mark = node.querySelector('.msg-meta .mark');
  if (!turns || !mark) return line?.remove();
  const fresh = copyOf('tpl-way').firstElementChild;
  fresh.firstElementChild.textContent = fill(fresh.dataset.text, {channel: mark.title});
  fresh.prepend(mark.cloneNode(true));
  line ? line.replaceWith(fresh) : node.before(fresh);
}

function dayOf(node) {
  const day = copyOf('tpl-day').firstElementChild;
  day.dataset.day = node.dataset.day;
  day.firstElementChild.textContent = node.dataset.daytext;
  return day;
}

/** "Read" stands only at the last message that was read. */
export function quieten() {
  const read = [...log.querySelectorAll('.msg[data-state=read]')];
  const last = read.pop();
  for (const one of read) one.dataset.quiet = '';
  if (last) delete last.dataset.quiet;
}

/** Whether the newest messages are in view. */
export const atEnd = () => scroller.scrollTop > FAR;

const still = matchMedia('(prefers-reduced-motion: reduce)');
acts.newest = () => { scroller.scrollTo({top: 0, behavior: still.matches ? 'auto' : 'smooth'}); };
scroller.addEventListener('scroll', () => {
  if (atEnd()) $('to-newest').hidden = true;
  else ahead();
}, {passive: true});

let looking = false;
let lookAgain = false;

/** Look at the last messages again: there were too many to be told one by one. However often it is asked, one at a time. */
export async function catchUp() {
  lookAgain = true;
  if (looking) return;
  looking = true;
  try {
    while (lookAgain) {
      lookAgain = false;
      await look();
    }
  } finally {
    looking = false;
  }
}

async function look() {
  const cid = current();
  const html = await ask('GET', `/c/${cid}/newest`);
  if (cid !== current()) return;
  for (const item of [...parse(html).querySelectorAll('li[id]')]) upsert(item.outerHTML);
}

let onItsWay = Promise.resolve();

/** Fetch what came earlier; with `to`, as far back as that message. One after the other: two at once would be the same twice. */
export function earlier(to = 0) {
  onItsWay = onItsWay.catch(() => {}).then(() => $('older') && fetched(to));
  return onItsWay;
}

async function fetched(to) {
  const cid = current();
  const older = $('older');
  const {before} = older.querySelector('button').dataset;
  const html = await ask('GET', '/c/' + cid + '/older?' + new URLSearchParams(to ? {before, to} : {before}));
  if (cid !== current() || !older.isConnected) return; // all of it came anew
  const next = older.nextElementSibling;
  const first = log.querySelector('.msg[data-id]');
  hush();
  older.replaceWith(parse(html));
  if (next?.matches('.day') && next.previousElementSibling?.dataset.day === next.dataset.day) next.remove();
  arrange(first); // who spoke before it, and by which channel, is known now
  quieten();
}

acts.older = async button => {
  button.setAttribute('aria-disabled', 'true');
  try {
    await earlier();
    if (!button.isConnected && document.activeElement === document.body) scroller.focus({preventScroll: true});
  } catch (error) {
    button.removeAttribute('aria-disabled');
    button.dataset.failed = ''; // it waits for her to press it
    complain(error);
  }
};

/** Whoever scrolls up finds what came earlier there already. */
function ahead() {
  const button = $('older')?.querySelector('button:not([aria-disabled], [data-failed])');
  if (button && scroller.scrollHeight - scroller.clientHeight + scroller.scrollTop < scroller.clientHeight) acts.older(button);
}

acts.retry = async button => {
  const item = button.closest('.msg');
  const cid = current();
  button.setAttribute('aria-disabled', 'true');
  try {
    const html = await ask('POST', `/messages/${item.dataset.id}/delivery`);
    if (cid === current()) upsert(html);
  } catch (error) {
    button.removeAttribute('aria-disabled');
    complain(error);
  }
};

acts.unfold = button => {
  const more = button.nextElementSibling;
  more.hidden = !more.hidden;
  button.setAttribute('aria-expanded', String(!more.hidden));
};

document.addEventListener('desk:opened', () => { $('to-newest').hidden = true; quieten(); });
document.addEventListener('desk:renewed', quieten);
document.addEventListener('desk:behind', () => catchUp().catch(() => {}));
quieten();
