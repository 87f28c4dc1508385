// Messages are picked, with Shift a whole stretch of them, and moved to another conversation or to one of their own.
import {$, acts, fill} from '../parts/acts.js';
import {ask, complain, tell} from '../parts/http.js';
import {isFree} from '../parts/keys.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {joining} from './joining.js';
import {poke} from './list.js';
import {current, forget, open} from './nav.js';
import {renew} from './renew.js';

const PAUSE = 150;
const bar = $('picked');
const log = $('log');
let choosing = false; // where there is no pointer to hover with
let last = null; // the box that was ticked or cleared last: where a stretch begins
let kept = []; // what is picked: the thread is made anew beneath it
let timer = 0;
let turn = 0;

const boxes = () => [...log.querySelectorAll('[data-pick]')];
const picked = () => boxes().filter(one => one.checked).map(one => one.closest('.msg').dataset.id);

function told() {
  for (const one of boxes()) one.closest('.msg').toggleAttribute('data-picked', one.checked);
  kept = picked();
  const count = kept.length;
  bar.hidden = !count;
  log.toggleAttribute('data-picking', choosing || count > 0);
  bar.querySelector('b').textContent = count === 1 ? bar.dataset.one : fill(bar.dataset.many, {n: count});
}

function again() {
  for (const one of boxes()) if (kept.includes(one.closest('.msg').dataset.id)) one.checked = true;
  told();
}

function stretch(to) {
  const all = boxes();
  const [from, until] = [all.indexOf(last), all.indexOf(to)].sort((a, b) => a - b);
  for (const one of all.slice(Math.max(0, from), until + 1)) one.checked = to.checked;
}

function clear() {
  for (const one of boxes()) one.checked = false;
  choosing = false;
  last = null;
  told();
}

/** The message under the keyboard or the mouse, else the newest. */
function meant() {
  const message = document.activeElement?.closest('.msg') ?? log.querySelector('.msg:hover') ?? [...log.querySelectorAll('.msg[data-id]')].at(-1);
  return message?.querySelector('[data-pick]');
}

/** The conversation's number of where they went goes into the sentence; what it says can be undone. */
async function moved(cid, asking, words) {
  let answer;
  try {
    answer = JSON.parse(await asking);
  } catch (error) {
    return complain(error);
  }
  clear();
  changed(cid, answer.conversation);
  toast(words, {label: bar.dataset.undo, act: () => undo(cid, answer)});
}

async function undo(cid, {moving, conversation}) {
  if (!await tell('DELETE', `/movings/${moving}`)) return;
  changed(cid, conversation);
  if (current() === conversation) open(cid);
}

function changed(...conversations) {
  conversations.forEach(forget);
  poke({now: true});
  if (conversations.includes(current())) renew();
}

const form = more => {
  const made = new URLSearchParams(more);
  for (const one of picked()) made.append('message', one);
  return made;
};

async function look() {
  const mine = ++turn;
  const html = await ask('GET', `/c/${current()}/destinations?` + new URLSearchParams({q: $('move-text').value.trim()})).catch(complain);
  if (mine === turn && html) $('move-list').replaceChildren(parse(html));
}

if (bar) {
  log.addEventListener('click', event => {
    if (!event.target.matches('[data-pick]')) return;
    if (event.shiftKey && last?.isConnected) stretch(event.target);
    last = event.target;
    told();
  });
  acts.pick = () => {
    const box = meant();
    if (!box) return;
    box.click();
    box.focus({preventScroll: true});
    box.closest('.msg').scrollIntoView({block: 'nearest'});
  };
  acts.picking = () => { choosing = !choosing; told(); };
  acts.unpick = clear;
  const preview = async (name, more) => {
    const cid = current();
    const html = await ask('GET', `/c/${cid}/moving?${form(more)}`).catch(complain);
    if (html && cid === current()) (await joining())?.show(name, html);
  };
  acts.split = () => preview('split', {});
  acts['split-now'] = () => {
    $('join').close();
    moved(current(), ask('POST', `/c/${current()}/splits`, form()), bar.dataset.split);
  };
  acts.move = () => {
    $('move-text').value = '';
    $('move-list').replaceChildren();
    $('move').showModal();
    look();
  };
  acts['move-to'] = button => {
    $('move').close();
    preview('move', {to: button.dataset.to});
  };
  acts['move-back'] = () => { $('join').close(); $('move').showModal(); };
  acts['move-now'] = button => {
    $('join').close();
    moved(current(), ask('POST', `/c/${current()}/moves`, form({to: button.dataset.to})), bar.dataset.moved);
  };
  $('move-text').addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !bar.hidden && isFree(event)) clear();
  });
  for (const name of ['leaving', 'opened']) document.addEventListener(`desk:${name}`, clear);
  document.addEventListener('desk:renewed', again);
  if (new URLSearchParams(location.search).has('pick') && current()) acts.picking(); // asked for on a customer's page
}
