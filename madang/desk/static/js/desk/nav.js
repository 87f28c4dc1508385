// Open a conversation: click, J and K, hover preload, back and forward. Fragments are kept for a few seconds only.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {place} from './swap.js';

const KEEP = 20_000;
const MOST = 12;
const desk = $('desk');
const thread = $('thread');
const list = $('list');
const panes = new Map(); // conversation → {at, html: Promise<string>}
let turn = 0;

/** The open conversation's number, 0 when none is. */
export const current = () => Number(thread.dataset.cid);

const row = cid => $(`c-${cid}`);
const fire = (name, cid, mid) => document.dispatchEvent(new CustomEvent(`desk:${name}`, {detail: {cid, mid}}));

/** The pane of a conversation, perhaps fetched before anybody asked for it. */
export function preload(cid) {
  const kept = panes.get(cid);
  if (kept && performance.now() - kept.at < KEEP) return kept.html;
  const html = ask('GET', `/c/${cid}/pane`);
  html.catch(() => panes.delete(cid));
  panes.set(cid, {at: performance.now(), html});
  if (panes.size > MOST) panes.delete(panes.keys().next().value);
  return html;
}

/** What was fetched of a conversation is no longer true. */
export const forget = cid => panes.delete(cid);

/** Mark the row of a conversation as the open one. */
export function select(cid) {
  list.querySelector('[aria-current]')?.removeAttribute('aria-current');
  row(cid)?.setAttribute('aria-current', 'true');
}

/** Open a conversation. `push` false when the browser's history led here. */
export async function open(cid, {push = true} = {}) {
  desk.dataset.show = 'thread';
  const mid = Number(row(cid)?.dataset.mid); // of a message that was found
  if (!cid) return;
  if (cid === current()) {
    if (mid) fire('hit', cid, mid);
    return;
  }
  const mine = ++turn;
  if (current()) fire('leaving', current());
  select(cid);
  row(cid)?.scrollIntoView({block: 'nearest'});
  let html;
  try {
    html = await preload(cid);
  } catch (error) {
    if (mine === turn) {
      select(current());
      fire('stayed', current());
      complain(error);
    }
    return;
  }
  if (mine !== turn) return; // a newer key press won
  panes.delete(cid);
  thread.dataset.cid = cid;
  await place(html);
  $('log-scroll').scrollTop = 0; // column-reverse: 0 is the newest end
  document.title = `${$('head-who').dataset.name} · Madang`;
  if (push) history.pushState({cid}, '', `/c/${cid}`);
  fire('opened', cid);
  if (mid) fire('hit', cid, mid);
  requestIdleCallback?.(() => near(cid).forEach(preload), {timeout: 300});
}

function near(cid) {
  const item = row(cid)?.parentElement;
  return [item?.nextElementSibling, item?.previousElementSibling].map(cidOf).filter(Boolean);
}

const cidOf = item => Number(item?.querySelector('a.row')?.dataset.cid);

/** The conversation `by` rows away from the open one, 0 at the end of the list. */
export function neighbour(by) {
  const item = row(current())?.parentElement;
  if (!item) return cidOf(list.querySelector('.row-item'));
  return cidOf(by > 0 ? item.nextElementSibling : item.previousElementSibling) || 0;
}

/** No conversation is open. */
export function shut({push = true} = {}) {
  if (current()) fire('leaving', current());
  turn++;
  thread.dataset.cid = '';
  desk.dataset.show = 'list';
  select(0);
  if (push) history.pushState({cid: 0}, '', '/');
}

acts.show = cid => open(cid);
acts.next = () => open(neighbour(1));
acts.prev = () => open(neighbour(-1));
acts.back = () => { desk.dataset.show = 'list'; };
acts.panel = () => { desk.dataset.show = desk.dataset.show === 'panel' ? 'thread' : 'panel'; };
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
requestIdleCallback?.(() => near(current()).forEach(preload), {timeout: 500});
