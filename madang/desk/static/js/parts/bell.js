// The bell: how many conversations wait for her, what is new shown once by one tab, what was seen taken down everywhere.
import {$, acts, fill} from './acts.js';
import {ask, complain} from './http.js';
import {parse} from './parse.js';
import {toast} from './toast.js';
import {badge} from './badge.js';
import {lower, raise} from './desktop.js';

const PAUSE = 120; // several reasons at once are one request
const PACE = 1_000; // between two, however much happens
const SECOND = 300; // a tab that nobody looks at lets the others go first
const SELDOM = 60_000; // where nobody tells us: pages without a stream
const IDLE = 120_000; // where nobody has touched anything for so long, nobody may sit: her phone may ring
const bell = $('bell');
const panel = $('bell-panel');
const words = bell?.dataset ?? {};
const told = `madang-told-${words.me}`;
let timer = 0;
let asked = -PACE;
let open = [];
let used = 0; // a page that has just opened is

const watched = () => !document.hidden && document.hasFocus();
const sits = () => !document.hidden && performance.now() - used < IDLE;
const here = () => Number($('thread')?.dataset.cid) || 0;

/** Look whether there is news, soon; sooner still after her own doing. */
export function look(own = false) {
  if (timer && !own) return;
  const soon = watched() ? PAUSE : PAUSE + SECOND;
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = 0;
    asked = performance.now();
    alone(news).catch(() => {}); // the next news asks again
  }, own ? soon : Math.max(soon, asked + PACE - performance.now()));
}

// Over plain http browsers have no locks: then each tab shows what is new.
const alone = async work => (navigator.locks ? navigator.locks.request(told, work) : work());

let last = ''; // where this browser keeps nothing
async function news() {
  const after = last || (localStorage.getItem(told) ?? '');
  const found = JSON.parse(await ask('GET', `/notifications/state?after=${after}${sits() ? '&here=1' : ''}`));
  if (found.latest > Number(after) || after === '') {
    try {
      localStorage.setItem(told, found.latest);
      last = '';
    } catch {
      last = String(found.latest);
    }
  }
  const mine = watched() && found.open.includes(`madang-c${here()}`);
  draw(found.count, found.open);
  const fresh = found.news.filter(one => !(mine && one.c === here()));
  if (mine) await seen({c: here()});
  // After an update the sound of the version before is not at the server any more: what is told stands without it.
  if (fresh.some(one => one.sound)) import('./chime.js').then(({chime}) => chime(fresh, found.volume), () => {});
  if (!watched()) for (const one of fresh.filter(each => each.desktop)) await raise(one);
}

function draw(count, tags) {
  const changed = String(open) !== String(tags);
  open = tags;
  $('bell-count').textContent = count ? (count > 99 ? '99+' : count) : '';
  bell.setAttribute('aria-label', count ? fill(count === 1 ? words.one : words.many, {n: count}) : words.name);
  badge(count);
  lower(tags).catch(() => {});
  if (changed) for (const box of boxes()) fetchInto(box);
}

const boxes = () => [...document.querySelectorAll('[data-bell]')].filter(box => box.id !== 'bell-panel' || box.matches(':popover-open'));

async function fetchInto(box) {
  try {
    const fresh = parse(await ask('GET', '/notifications/list'));
    const {activeElement: was} = document;
    const within = box.contains(was) && was !== box;
    const pausing = box.querySelector('.bell-pauses:not([hidden])');
    box.replaceChildren(fresh);
    const pauses = box.querySelector('[data-act=bell-pauses]');
    if (pausing && pauses) acts['bell-pauses'](pauses); // she is choosing for how long
    if (within) (again(box, was.dataset) ?? box.querySelector('.bell-item a') ?? box).focus();
  } catch {
    if (!box.querySelector('.bell-list')) box.replaceChildren(wrong(() => fetchInto(box)));
  }
}

/** What stands there now for what had the focus. */
const again = (box, {ids, act}) => [...box.querySelectorAll(ids ? `[data-ids="${CSS.escape(ids)}"]` : `[data-act=${act}]:enabled`)].find(one => one.checkVisibility());

function wrong(anew) {
  const made = document.createElement('p');
  const button = document.createElement('button');
  made.className = 'bell-wait';
  made.textContent = words.failed;
  button.className = 'btn';
  button.textContent = words.again;
  button.addEventListener('click', anew);
  made.append(button);
  return made;
}

async function seen(which) {
  const body = new FormData();
  if (which.c) body.set('c', which.c);
  for (const id of which.ids ?? []) body.append('id', id);
  const {ids} = JSON.parse(await ask('POST', '/notifications/seen', body));
  if (ids.length) look(true);
  return ids;
}

async function unsee(ids) {
  const body = new FormData();
  for (const id of ids) body.append('id', id);
  await ask('POST', '/notifications/unseen', body);
  look(true);
}

async function read(ids) {
  try {
    const were = await seen({ids});
    if (were.length) toast(words.read, {label: words.undo, act: () => unsee(were).catch(complain)});
  } catch (error) {
    complain(error);
  }
}

acts.bell = () => {
  panel.togglePopover();
  if (!panel.matches(':popover-open')) return;
  panel.focus();
  fetchInto(panel).then(() => panel.querySelector('.bell-item a')?.focus());
};
acts['bell-all'] = () => read([]);
acts['bell-seen'] = button => read(button.dataset.ids.split(','));
acts['bell-open'] = (link, event) => {
  const cid = Number(link.dataset.cid);
  seen(cid ? {c: cid} : {ids: link.dataset.ids.split(',')}).catch(() => {});
  if (panel.matches(':popover-open')) panel.hidePopover();
  if (!cid || !acts.show) return;
  event.preventDefault();
  acts.show(cid);
};
acts['bell-pauses'] = button => {
  const row = button.closest('[data-bell]').querySelector('.bell-pauses'); // the page has one, the panel another
  row.hidden = !row.hidden;
  button.setAttribute('aria-expanded', String(!row.hidden));
};
acts['bell-pause'] = async button => {
  try {
    await ask('POST', '/notifications/pause', {long: button.dataset.long});
    for (const box of boxes()) await fetchInto(box);
  } catch (error) {
    complain(error);
  }
};

function walk(event) {
  const by = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!by || event.isComposing || event.keyCode === 229) return;
  const links = [...event.currentTarget.querySelectorAll('.bell-item > a')];
  if (!links.length) return;
  event.preventDefault();
  const at = links.indexOf(document.activeElement.closest('.bell-item')?.querySelector('a'));
  links[(at + by + links.length) % links.length].focus();
}

if (bell) {
  for (const box of document.querySelectorAll('[data-bell]')) box.addEventListener('keydown', walk);
  panel.addEventListener('toggle', event => {
    bell.setAttribute('aria-expanded', String(event.newState === 'open'));
    if (event.newState === 'closed' && document.activeElement === document.body) bell.focus(); // a key opened it
  });
  for (const name of ['desk:bell', 'desk:up', 'desk:opened']) document.addEventListener(name, () => look());
  addEventListener('focus', () => look());
  for (const name of ['pointermove', 'pointerdown', 'wheel', 'keydown']) addEventListener(name, at => { used = at.timeStamp; }, {capture: true, passive: true});
  if (!$('desk')) setInterval(() => { if (!document.hidden) look(); }, SELDOM);
  look();
}

document.addEventListener('submit', event => {
  const form = event.target;
  if (form.getAttribute('action') !== '/signout') return;
  event.preventDefault();
  import('../later/sign-out.js').then(({leave}) => leave()).catch(() => {}).then(() => form.submit());
});
