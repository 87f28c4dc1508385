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
  if (cid === current()) {
    if (mid) fire('hit', cid, mid);
    return;
  }
  const mine = ++turn;
  if (current()) fire('leaving', current());
  select(cid);
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
  if (push) history.pushState({cid}, '', `/c/${cid}`);
  idle(ahead, 300);
}

function look(at) {
  if (desk.dataset.show !== at) desk.dataset.show = at;
}

/** Conversations that are probably opened next, the likeliest first. */
function near() {
  const made = [];
  const item = row(current())?.parentElement;
  for (const [by, most] of [[walks, AHEAD], [-walks, 1]]) {
    let other = item;
    for (let count = 0; other && count < most; count++) {
      other = by > 0 ? other.nextElementSibling : other.previousElementSibling;
      if (cidOf(other)) made.push(cidOf(other));
    }
  }
  return made;
}

const cidOf = item => Number(item?.querySelector('a.row')?.dataset.cid);

/** The conversation `by` rows away from the open one, 0 at the end of the list. */
export function neighbour(by) {
  const item = row(current())?.parentElement;
  if (!item) return cidOf(list.querySelector('.row-item'));
  return cidOf(by > 0 ? item.nextElementSibling : item.previousElementSibling) || 0;
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
  if (push) history.pushState({cid: 0}, '', '/');
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
