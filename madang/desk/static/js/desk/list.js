// The list: its views, filters and order, more of it on scrolling, and a refresh that moves nothing under one's hand.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {select} from './nav.js';
import {DEEP, held, steady} from './steady.js';
import {place} from './swap.js';

const list = $('list');
const scroller = $('list-scroll');
const PAUSE = 200; // gathers what comes at once
const PACE = 1_000; // between two refreshes of news, however much comes
const FLAT = 80; // rows that stand each for itself
const PACK = 20;
const data = () => $('views').firstElementChild.dataset;
/** What is shown: a list as its address says it, or a search with its filters. */
export const shown = {query: data().query, q: '', only: {}};
let stands = {...shown}; // whose rows these are: what is asked for may not come
let turn = 0; // how often something else was asked for
let timer = 0;
let last = -PACE;
let busy = false;
let dirty = false;
let coming = false; // further rows
let firm = false; // the next refresh puts everything in its place
let acted = new Set(); // rows of which something was done: they alone come, go and move

const address = (more, of = stands) => {
  if (of.q) return '/search?' + new URLSearchParams({q: of.q, ...of.only, ...more});
  const said = new URLSearchParams(of.query);
  for (const [name, value] of Object.entries(more)) said.set(name, value);
  return `/list?${said}`;
};

/** Something in the list changed: look again soon, or when the tab is looked at. `now`: it was her own doing, `of` these
 * conversations; without them everything is put in its place. */
export function poke({now = false, of} = {}) {
  firm ||= now && !of;
  for (const cid of of ?? []) acted.add(`r-${cid}`);
  if (document.hidden) dirty = true;
  else if (now || !timer) {
    clearTimeout(timer);
    timer = setTimeout(refresh, now ? 0 : Math.max(PAUSE, last + PACE - performance.now()));
  }
}

async function refresh() {
  timer = 0;
  if (stands.q) return; // what was found stays where it is while somebody reads it
  if (busy || list.ariaBusy === 'true') { dirty = true; return; }
  busy = true;
  const asked = turn;
  const [settle, hers] = [firm, acted];
  firm = false;
  acted = new Set();
  try {
    const html = await ask('GET', address({rows: Math.min(list.querySelectorAll('.row').length, DEEP)}));
    if (!settle && !hers.size) await spare(); // what somebody does comes first
    if (asked !== turn) return void (dirty = true);
    await place(settle ? html : steady(html, list, scroller, hers));
    if (settle) held(0);
    settled();
  } catch { // the banner already tells that the server is away
    dirty = false;
  } finally {
    busy = false;
    late();
  }
}

/** What was told meanwhile. */
function late() {
  if (!dirty) return;
  dirty = false;
  poke({now: firm || acted.size > 0, of: firm ? undefined : []});
}

const spare = () => new Promise(resolve => (window.requestIdleCallback ? requestIdleCallback(resolve, {timeout: PAUSE}) : setTimeout(resolve)));

/** Show another list or another search. Where one is asked for after the other, only the last says how it went. */
export async function show(changes) {
  const mine = ++turn;
  Object.assign(shown, changes);
  list.ariaBusy = 'true';
  try {
    const html = await ask('GET', address({}, shown));
    if (mine !== turn) return;
    stands = {...shown};
    await place(html);
    if (mine !== turn) return;
    scroller.scrollTop = 0;
    held(0);
    if (!shown.q) said();
    settled();
    return true;
  } catch (error) {
    if (mine !== turn) return;
    Object.assign(shown, stands);
    settled();
    complain(error);
  } finally {
    if (mine === turn) {
      list.ariaBusy = 'false';
      late();
    }
  }
}

/** The list stands in the address, so that it can be kept and sent. */
function said() {
  shown.query = stands.query = data().query;
  $('desk').dataset.query = shown.query;
  history.replaceState(history.state, '', location.pathname + shown.query);
}

function settled() {
  select(); // perhaps one that is still on its way
  watch();
  document.dispatchEvent(new Event('desk:listed'));
}

/** Show the list that an address says: `?view=mine&f=…&sort=…`. */
export function go(query) {
  document.dispatchEvent(new Event('desk:view'));
  return show({query, q: ''});
}

acts.view = (link, event) => {
  event.preventDefault();
  if ($('views-menu').matches(':popover-open')) $('views-menu').hidePopover();
  for (const other of $('views').querySelectorAll('a')) other.toggleAttribute('aria-current', false);
  $(`view-${link.dataset.view}`)?.setAttribute('aria-current', 'true');
  $('desk').dataset.show = 'list';
  go(`?view=${link.dataset.view}`);
};

acts['list-news'] = () => {
  poke({now: true});
  scroller.scrollTop = 0;
};

acts.more = async () => {
  const last = $('more-rows');
  if (!last || coming || list.ariaBusy === 'true') return;
  const asked = turn;
  coming = true; // not at the button: a refresh puts another in its place, and the same rows would be fetched twice
  try {
    const fresh = parse(await ask('GET', address({cursor: last.dataset.cursor})));
    if (asked !== turn) return;
    for (const item of fresh.querySelectorAll('.row-item')) if ($(item.id)) item.remove(); // one that moved is here already
    last.replaceWith(list.querySelectorAll('.row').length < FLAT || stands.q ? fresh : packed(fresh));
    settled();
  } catch (error) {
    complain(error);
  } finally {
    coming = false;
    if (!last.isConnected) watch();
  }
};

/** Further down rows stand in packs, so that the browser need not ask thousands of rows whether they are in view. */
function packed(fresh) {
  const rows = [...fresh.querySelectorAll('.row-item')];
  for (let at = rows.length - (rows.length % PACK || PACK); at >= 0; at -= PACK) fresh.prepend(pack(rows.slice(at, at + PACK)));
  return fresh;
}

function pack(rows) {
  const [made, inner] = ['li', 'ol'].map(name => document.createElement(name));
  made.className = 'row-pack';
  made.style.setProperty('--rows', rows.length);
  inner.append(...rows);
  made.append(inner);
  return made;
}

const near = new IntersectionObserver(seen => { if (seen.some(one => one.isIntersecting && !('rest' in one.target.dataset))) acts.more(); }, {root: scroller, rootMargin: '400px'});

function watch() {
  near.disconnect();
  if ($('more-rows')) near.observe($('more-rows'));
}

document.addEventListener('desk:sent', ({detail}) => { if (detail.how?.then) poke({now: true, of: [detail.cid]}); });
document.addEventListener('visibilitychange', () => { if (!document.hidden) late(); });
$('desk').dataset.query = shown.query;
watch();
