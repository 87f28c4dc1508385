// Open a conversation: click, J and K, hover preload, back and forward. Fragments are kept for a few seconds only.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {bring} from '../parts/parse.js';
import {lay, prepare} from './swap.js';

const KEEP = 20_000;
const MOST = 12;
const SOON = 150; // ms that gather news of what is probably opened next
const AHEAD = 2; // conversations that are fetched in the direction one walks; one in the other
const REST = 300; // ms without another press
const AIMS = 60; // ms over one row: a hand needs longer to press
/** Milliseconds: what one only passes by, by J and K, has not been looked at, nor read. */
export const PASSED = 400;
const desk = $('desk');
const thread = $('thread');
const list = $('list');
const log = $('log-scroll');
let isScrolled = false;
log.addEventListener('scroll', () => { isScrolled = log.scrollTop !== 0; }, {passive: true});
const panes = new Map(); // conversation → {at, parts: Promise of what swap.js prepared}
let turn = 0;
let stands = null; // the parts of the open conversation: what belongs to others comes too late
let walks = 1; // down the list, -1 up

/** The open conversation's number, 0 when none is. */
export const current = () => Number(thread.dataset.cid);

const row = cid => $(`c-${cid}`);
const fire = (name, cid, mid) => document.dispatchEvent(new CustomEvent(`desk:${name}`, {detail: {cid, mid}}));

/** The pane of a conversation, perhaps fetched before anybody asked for it. */
export function preload(cid) {
  return kept(cid).parts;
}

function kept(cid) {
  const before = panes.get(cid);
  if (before && performance.now() - before.at < KEEP) return before;
  const fresh = fetched(cid);
  fresh.parts.catch(() => { if (panes.get(cid) === fresh) panes.delete(cid); });
  panes.set(cid, fresh);
  if (panes.size > MOST) panes.delete(panes.keys().next().value);
  return fresh;
}

// `news`: how often it was told since that something of it has changed.
const fetched = cid => ({at: performance.now(), news: 0, parts: ask('GET', `/c/${cid}/pane`).then(prepare)});

/** What was fetched of a conversation is no longer true. Of a neighbour it is better than nothing until it is here anew. */
export function forget(cid) {
  const pane = panes.get(cid);
  if (!pane) return;
  if (!near().includes(cid)) return panes.delete(cid);
  pane.news++;
  later ||= setTimeout(() => { later = 0; ahead(); }, SOON);
}
let later = 0;

/** Fetch it anew, and keep what there is until then. */
function again(cid, pane) {
  const {news} = pane;
  const fresh = fetched(cid);
  pane.coming = true;
  fresh.parts.then(() => {
    fresh.news = pane.news - news;
    if (panes.get(cid) === pane) panes.set(cid, fresh);
    if (fresh.news) ahead();
  }).catch(() => { pane.coming = false; });
}

/** Nothing that was fetched is true any more. */
export function forgetAll() {
  panes.clear();
  ahead();
}

/** Fetch what is probably opened next; once she rests here, what she came from too. */
function ahead() {
  if (document.hidden) return;
  ready(beyondHere(walks, AHEAD));
  clearTimeout(resting);
  resting = setTimeout(() => ready(beyondHere(-walks, 1)), REST);
}
let resting = 0;

function ready(cids) {
  for (const cid of cids) {
    const pane = kept(cid);
    if (pane.news && !pane.coming) again(cid, pane);
    else pane.parts.catch(() => {});
  }
}

const RUSH = 90; // ms between two presses that are a held key
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
let pressed = 0;

/** A held key runs past conversations nobody looks at: they are not fetched. */
async function rushed(cid) {
  const held = performance.now() - pressed < RUSH;
  pressed = performance.now();
  if (held && !panes.has(cid)) await pause(RUSH);
}

const idle = (work, most) => (window.requestIdleCallback ? requestIdleCallback(work, {timeout: most}) : setTimeout(work, 50));

/** When the frame that is being made has been painted. */
const painted = work => (document.hidden ? work() : requestAnimationFrame(() => setTimeout(work)));

let asked = current();
let marked = list.querySelector('[aria-current]'); // asking thousands of rows takes longer than a frame

/** The one that was asked for last: it is open, or on its way. A verb means this one. */
export const wanted = () => asked;

/** Mark the row of a conversation as the open one. Without a number that of the one asked for last, in rows that are new. */
export function select(cid = asked) {
  asked = cid;
  const link = row(cid);
  if (marked !== link) marked?.removeAttribute('aria-current');
  marked = link;
  link?.setAttribute('aria-current', 'true');
}

/** Open a conversation. `push` false when the browser's history led here. */
export async function open(cid, {push = true} = {}) {
  const mid = Number(row(cid)?.dataset.mid); // of a message that was found
  reveal(row(cid)); // measured before anything changes
  look('thread');
  if (!cid) return;
  if (cid === current()) return stay(cid, mid);
  const mine = ++turn;
  clearTimeout(resting);
  if (current()) fire('leaving', current());
  select(cid);
  fire('asked', cid);
  await rushed(cid);
  if (mine !== turn) return;
  const pane = kept(cid);
  let parts;
  try {
    parts = await pane.parts;
  } catch (error) {
    if (mine === turn) {
      select(current());
      if (!current()) look('list');
      fire('stayed', current());
      complain(error);
    }
    return;
  }
  if (mine !== turn) return; // a newer key press won
  const behind = pane.news || panes.get(cid) !== pane; // news came since it was asked for
  panes.delete(cid);
  stands = parts;
  show(cid, parts.filter(([id]) => id !== 'panel'));
  if (mid) fire('hit', cid, mid);
  painted(() => { if (stands === parts) settle(cid, {push, behind, panel: parts.filter(([id]) => id === 'panel')}); });
}

// It is open, and another that was on its way here is not wanted any more.
function stay(cid, mid) {
  turn++;
  select(cid);
  fire('stayed', cid);
  if (mid) fire('hit', cid, mid);
}

// From here to the painted frame nothing waits, measures or scrolls without need: that would lay the page out within this
// task, and once more for the frame.
function show(cid, parts) {
  if (isScrolled) log.scrollTop = 0; // column-reverse: 0 is the newest end
  thread.dataset.cid = cid;
  lay(parts);
  fire('opened', cid);
}

/** Scroll the list as little as is needed. */
function reveal(link) {
  if (!link) return;
  const box = $('list-scroll').getBoundingClientRect();
  const {top, bottom} = link.getBoundingClientRect();
  if (top < box.top || bottom > box.bottom) link.scrollIntoView({block: 'nearest'});
}

// What was asked for stands there; the customer beside it follows in the next frame, so that neither is a long one.
function settle(cid, {push, behind, panel}) {
  lay(panel);
  fire('beside', cid);
  if (behind) fire('behind', cid);
  document.title = `${$('head-who').dataset.name} · Madang`;
  if (push) history[history.state?.panel ? 'replaceState' : 'pushState']({cid}, '', `/c/${cid}${desk.dataset.query ?? ''}`); // the sheet's (phone.js) is left
  idle(ahead, 300);
}

function look(at) {
  if (desk.dataset.show !== at) desk.dataset.show = at;
}

// Where one stands in the list: at the row that was asked for last, whether or not its thread is there already.
const here = () => (row(asked) ?? row(current()))?.closest('.row-item');
const beside = (one, by) => (by > 0 ? one?.nextElementSibling : one?.previousElementSibling);

/** The next of the list's items, perhaps in another pack of rows (list.js). */
function beyond(item, by) {
  const next = beside(item, by) ?? beside(item?.closest('.row-pack'), by);
  const pack = next?.matches('.row-pack') ? next.firstElementChild : null;
  return pack ? (by > 0 ? pack.firstElementChild : pack.lastElementChild) : next;
}

/** Conversations that are probably opened next, the likeliest first. */
const near = () => [...beyondHere(walks, AHEAD), ...beyondHere(-walks, 1)];

function beyondHere(by, most) {
  const made = [];
  for (let item = beyond(here(), by); item && made.length < most; item = beyond(item, by)) if (cidOf(item)) made.push(cidOf(item));
  return made;
}

const cidOf = item => Number(item?.querySelector('a.row')?.dataset.cid);

/** The conversation `by` rows away from the open one, 0 at the end of the list. */
export function neighbour(by) {
  const item = here();
  if (!item) return cidOf(list.querySelector('.row-item'));
  for (let other = beyond(item, by); other; other = beyond(other, by)) if (cidOf(other)) return cidOf(other);
  return 0;
}

function walk(by) {
  walks = by;
  open(neighbour(by));
}

/** No conversation is open. */
export function shut({push = true} = {}) {
  if (current()) fire('leaving', current());
  turn++;
  stands = null;
  thread.dataset.cid = '';
  document.title = `${desk.dataset.title} · Madang`;
  look('list');
  select(0);
  fire('stayed', 0);
  if (push) history.pushState({cid: 0}, '', `/${desk.dataset.query ?? ''}`);
}

acts.show = cid => open(cid);
acts.next = () => walk(1);
acts.prev = () => walk(-1);
acts.back = () => look('list');
acts.panel = () => look(desk.dataset.show === 'panel' ? 'thread' : 'panel');
acts.open = (link, event) => {
  event.preventDefault();
  open(Number(link.dataset.cid));
};

list.addEventListener('click', event => {
  const link = event.target.closest('a.row');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(Number(link.dataset.cid));
});
document.addEventListener('keydown', event => { // arrows walk as J and K do where they mean nothing else
  const by = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!by || event.target !== document.body || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
  if (document.querySelector('dialog[open], [popover]:popover-open')) return;
  event.preventDefault();
  walk(by);
});
// Only where the pointer rests or presses: rows that pass below it, as one scrolls or crosses the list, are not asked for.
let aimed = 0;
function aim(event) {
  clearTimeout(aimed);
  const link = event.target.closest('a.row');
  if (!link || event.pointerType !== 'mouse') return;
  aimed = setTimeout(() => preload(Number(link.dataset.cid)).catch(() => {}), event.type === 'pointerdown' ? 0 : AIMS);
}
for (const name of ['pointerover', 'pointerdown']) list.addEventListener(name, aim, {passive: true});
list.addEventListener('pointerleave', () => clearTimeout(aimed), {passive: true});

history.replaceState({cid: current()}, '');
addEventListener('popstate', event => {
  if (event.state?.cid) open(event.state.cid, {push: false});
  else shut({push: false});
});
select(current());
row(current())?.scrollIntoView({block: 'center'});
idle(() => bring().catch(() => {}).then(ahead), 500);
