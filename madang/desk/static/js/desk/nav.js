// Open a conversation: click, J and K, hover preload, back and forward. Fragments are kept for a few seconds only.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {lay, prepare} from './swap.js';

const KEEP = 20_000;
const MOST = 12;
const AHEAD = 2; // conversations that are fetched in the direction one walks; one in the other
const desk = $('desk');
const thread = $('thread');
const list = $('list');
const panes = new Map(); // conversation → {at, parts: Promise of what swap.js prepared}
let turn = 0;
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
  const parts = ask('GET', `/c/${cid}/pane`).then(prepare);
  const fresh = {at: performance.now(), parts};
  parts.catch(() => { if (panes.get(cid) === fresh) panes.delete(cid); });
  panes.set(cid, fresh);
  if (panes.size > MOST) panes.delete(panes.keys().next().value);
  return fresh;
}

/** What was fetched of a conversation is no longer true. A neighbour is fetched again: it is probably the next. */
export function forget(cid) {
  if (panes.delete(cid) && near().includes(cid)) later ||= setTimeout(() => { later = 0; ahead(); }, 400);
}
let later = 0;

/** Fetch what is probably opened next. */
function ahead() {
  if (!document.hidden) for (const cid of near()) preload(cid).catch(() => {});
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

/** Mark the row of a conversation as the open one. */
export function select(cid) {
  list.querySelector('[aria-current]')?.removeAttribute('aria-current');
  row(cid)?.setAttribute('aria-current', 'true');
}

/** Open a conversation. `push` false when the browser's history led here. */
export async function open(cid, {push = true} = {}) {
  look('thread');
  const mid = Number(row(cid)?.dataset.mid); // of a message that was found
  if (!cid) return;
  if (cid === current()) return stay(cid, mid);
  const mine = ++turn;
  if (current()) fire('leaving', current());
  select(cid);
  await rushed(cid);
  if (mine !== turn) return;
  const pane = kept(cid);
  let parts;
  try {
    parts = await pane.parts;
  } catch (error) {
    if (mine === turn) {
      select(current());
      fire('stayed', current());
      complain(error);
    }
    return;
  }
  if (mine !== turn) return; // a newer key press won
  const behind = panes.get(cid) !== pane; // news came while it was on its way
  panes.delete(cid);
  show(cid, parts);
  if (mid) fire('hit', cid, mid);
  if (behind) fire('behind', cid);
  painted(() => { if (mine === turn) settle(cid, push); });
}

// It is open, and another that was on its way here is not wanted any more.
function stay(cid, mid) {
  turn++;
  select(cid);
  fire('stayed', cid);
  if (mid) fire('hit', cid, mid);
}

// From here to the painted frame nothing waits and nothing is measured before all is in its place.
function show(cid, parts) {
  thread.dataset.cid = cid;
  lay(parts);
  fire('opened', cid);
  $('log-scroll').scrollTop = 0; // column-reverse: 0 is the newest end
  row(cid)?.scrollIntoView({block: 'nearest'});
}

function settle(cid, push) {
  document.title = `${$('head-who').dataset.name} · Madang`;
  if (push) history.pushState({cid}, '', `/c/${cid}${desk.dataset.query ?? ''}`);
  idle(ahead, 300);
}

function look(at) {
  if (desk.dataset.show !== at) desk.dataset.show = at;
}

// Where one stands in the list: at the row that was asked for last, whether or not its thread is there already.
const here = () => list.querySelector('.row[aria-current]')?.closest('.row-item') ?? row(current())?.closest('.row-item');
const beyond = (item, by) => (by > 0 ? item?.nextElementSibling : item?.previousElementSibling);

/** Conversations that are probably opened next, the likeliest first. */
function near() {
  const some = (by, most) => {
    const made = [];
    for (let item = beyond(here(), by); item && made.length < most; item = beyond(item, by)) if (cidOf(item)) made.push(cidOf(item));
    return made;
  };
  return [...some(walks, AHEAD), ...some(-walks, 1)];
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
  thread.dataset.cid = '';
  look('list');
  select(0);
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
list.addEventListener('pointerover', event => {
  const link = event.target.closest('a.row');
  if (link && event.pointerType === 'mouse') preload(Number(link.dataset.cid)).catch(() => {});
}, {passive: true});

history.replaceState({cid: current()}, '');
addEventListener('popstate', event => {
  if (event.state?.cid) open(event.state.cid, {push: false});
  else shut({push: false});
});
select(current());
row(current())?.scrollIntoView({block: 'center'});
idle(ahead, 500);
