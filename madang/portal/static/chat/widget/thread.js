// The messages on screen: one node a message, in the house's order, pending ones last. Put again, a message stays in its place.
import {bubble, typist} from './bubble.js';
import {$} from './nodes.js';
import {sameDay} from './texts.js';

const messages = new Map(); // id -> message
const log = $('log');
const scroller = $('scroller');
let acts = {};
let seen = 0; // up to which of hers an agent has read
let typingTimer = 0;

export const begin = (given) => { acts = given; };
export const all = () => [...messages.values()];
export const get = (id) => messages.get(id);
export const empty = () => messages.size === 0;

const order = (message) => (message.n ? message.n : Number.MAX_SAFE_INTEGER - 1e6 + message.place);
const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
export const toEnd = () => { scroller.scrollTop = scroller.scrollHeight; $('below').hidden = true; };

const stateOf = (message) => {
  if (message.dir !== 'in' || message.pending) return message.state;
  return message.n <= seen ? 'seen' : 'sent';
};

// Names, times and ticks are shown once per run of messages; a day is named where it begins.
const dress = () => {
  const items = all().sort((one, other) => order(one) - order(other));
  let last = null;
  const mine = items.filter((message) => message.dir === 'in');
  for (const message of items) {
    const node = $(`m-${message.id}`);
    const at = new Date(message.at);
    const fresh = !last || !sameDay(new Date(last.at), at);
    const joined = !fresh && last.dir === message.dir && (last.from && last.from.name) === (message.from && message.from.name)
      && last.via === message.via && at - new Date(last.at) < 300_000;
    node.querySelector('.day').hidden = !fresh;
    node.toggleAttribute('data-joined', joined);
    node.toggleAttribute('data-quiet', message.dir === 'in' && !['failed', 'waiting'].includes(message.state) && message !== mine.at(-1));
    last = message;
  }
};

const place = (node, message) => {
  let before = log.lastElementChild;
  while (before && (before.id === 'typing' || order(messages.get(before.id.slice(2))) > order(message))) before = before.previousElementSibling;
  if (before) before.after(node);
  else log.prepend(node);
};

const same = (one, other) => one && ['n', 'state', 'text', 'gone', 'problem', 'at'].every((key) => one[key] === other[key]) && one.files.length === other.files.length;

const set = (message) => {
  const known = messages.get(message.id);
  const next = {files: [], via: '', place: known ? known.place : messages.size, ...message};
  next.state = stateOf(next);
  if (same(known, next)) return false;
  messages.set(next.id, next);
  const node = bubble(next, acts);
  const old = $(`m-${next.id}`);
  if (old && known.n === next.n) old.replaceWith(node);
  else {
    if (old) old.remove();
    place(node, next);
  }
  return !known;
};

// Draws what is new or changed; stays at the end when the reader was there. Returns the messages not known before.
export const put = (given, {jump = false} = {}) => {
  const stay = jump || atEnd();
  const fresh = given.filter(set);
  dress();
  if (stay) toEnd();
  else if (fresh.some((message) => message.dir === 'out')) $('below').hidden = false;
  return fresh;
};

// Earlier messages come above: what the reader looks at does not move.
export const putAbove = (given) => {
  const from = scroller.scrollHeight - scroller.scrollTop;
  given.forEach(set);
  dress();
  scroller.scrollTop = scroller.scrollHeight - from;
};

export const change = (id, patch) => { if (messages.has(id)) put([{...messages.get(id), ...patch}]); };

export const remove = (id) => {
  messages.delete(id);
  $(`m-${id}`)?.remove();
  dress();
};

export const readUpTo = (n) => {
  if (n <= seen) return;
  seen = n;
  put(all());
};

export const clear = () => {
  messages.clear();
  seen = 0;
  log.replaceChildren();
};

export const typing = (from) => {
  clearTimeout(typingTimer);
  if (!from) {
    $('typing')?.remove();
    return;
  }
  const stay = atEnd();
  if (!$('typing')) log.append(typist(from));
  if (stay) toEnd();
  typingTimer = setTimeout(() => typing(null), 5000);
};

export const oldest = () => all().filter((message) => message.n).reduce((low, one) => (!low || one.n < low.n ? one : low), null);

scroller.addEventListener('scroll', () => {
  if (!atEnd()) return;
  $('below').hidden = true;
  acts.atEnd();
}, {passive: true});
$('below').addEventListener('click', toEnd);
export const isAtEnd = atEnd;
