// Who else looks at the open conversation: told every few seconds by each browser, kept nowhere, forgotten when silent.
import {$, copyOf, fill} from '../parts/acts.js';
import {ask} from '../parts/http.js';
import {current, PASSED} from './nav.js';

const EVERY = 20_000;
const FADES = 45_000;
const WRITES = 7_000;
const MOST = 4;
const GATHERS = 1_000; // before readers are told who looks
const HUSHED = 10_000; // between two times
const me = `user:${$('desk').dataset.me}`;
const there = new Map(); // who → {name, until, writes}
let timer = 0;
let told = 0;
let heard = ''; // whom readers know of
let hush = 0;
let spoke = -HUSHED;
let said = 0; // the conversation at which colleagues were told that she is

const tell = (cid, state) => ask('PUT', `/c/${cid}/looking`, {state}).catch(() => {});

function look(state = 'here') {
  clearTimeout(timer);
  if (!current() || !$('desk').dataset.me) return;
  if (!document.hidden) {
    told = Date.now();
    said = current();
    tell(said, state);
  }
  timer = setTimeout(beat, EVERY);
}

function beat() {
  draw();
  look();
}

/** A colleague looks at it (state "come": she asks who else does), writes in it, or has gone. */
export function looks({c, who, name, initials, hue, state}) {
  if (c !== current() || who === me || !who.startsWith('user:')) return;
  const one = {name, initials, hue, until: Date.now() + FADES};
  if (state === 'gone') there.delete(who);
  else if (state === 'writes') there.set(who, {...one, writes: Date.now() + WRITES});
  else there.set(who, {...there.get(who), ...one});
  if (state === 'come' && !document.hidden && said === c) { // at once, but not again and again; who is not told yet will be
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(0, told + 1_000 - Date.now()));
  }
  draw();
  if (state === 'writes') setTimeout(draw, WRITES + 100);
}

function draw() {
  const list = $('lookers');
  if (!list) return;
  const now = Date.now();
  for (const [who, one] of there) if (one.until < now) there.delete(who);
  const shown = [...there.values()].slice(0, MOST);
  list.hidden = !shown.length;
  list.replaceChildren(...shown.map(one => face(one, one.writes > now, list.dataset)));
  if (there.size) hush ||= setTimeout(speak, Math.max(GATHERS, spoke + HUSHED - performance.now()));
  else $('looking').textContent = heard = '';
}

// Not at every beat, and not while colleagues come and go.
function speak() {
  hush = 0;
  const names = [...there.values()].map(one => one.name);
  if (names.join(', ') === heard) return;
  heard = names.join(', ');
  spoke = performance.now();
  const {one, many} = $('looking').dataset;
  $('looking').textContent = heard && fill(names[1] ? many : one, {name: heard, names: heard});
}

function face(one, writes, words) {
  const item = copyOf('tpl-looker').firstElementChild;
  const text = fill(writes ? words.writes : words.looks, {name: one.name});
  item.title = text;
  item.toggleAttribute('data-writes', Boolean(writes));
  Object.assign(item.querySelector('.avatar').dataset, {initials: one.initials, hue: one.hue});
  item.querySelector('.sr').textContent = text;
  return item;
}

function leave() {
  if (said) setTimeout(tell, PASSED, said, 'gone');
  said = 0;
  there.clear();
  draw();
}

function come() {
  there.clear();
  draw();
  clearTimeout(timer);
  timer = setTimeout(look, PASSED, 'come');
}

document.addEventListener('desk:leaving', leave);
document.addEventListener('desk:opened', come);
for (const name of ['around', 'renewed']) document.addEventListener(`desk:${name}`, draw);
document.addEventListener('visibilitychange', () => {
  if (!current()) return;
  if (document.hidden) tell(current(), 'gone');
  else look('come');
});
addEventListener('pagehide', () => { if (current()) tell(current(), 'gone'); });
document.addEventListener('desk:up', () => { if (said === current()) look('come'); }); // who answered meanwhile was not heard
look('come');
