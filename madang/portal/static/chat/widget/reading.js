// What the visitor has read: told to the house, counted on the launcher.
import * as host from './host.js';
import * as tabs from './tabs.js';
import * as thread from './thread.js';
import * as who from './who.js';
import {config} from './texts.js';
import {tell} from './wire.js';

const unread = () => thread.all().filter((one) => one.dir === 'out' && one.chat && one.state !== 'read' && !one.gone);
export const count = () => host.say('unread', {count: Math.min(unread().length, 99)});

const waiting = new Map(); // id -> {mark, state}: gathered, because a long absence is read at a glance
let timer = 0;

const flush = async () => {
  timer = 0;
  const batch = [...waiting].slice(0, 50);
  const state = batch.some(([, one]) => one.state === 'read') ? 'read' : 'delivered';
  const about = batch.filter(([, one]) => one.state === state).map(([id, {mark}]) => ({id, mark}));
  if (!about.length) return;
  try {
    await who.guard((token) => tell(config.key, token, {type: 'receipt', state, about}, {keepalive: true}));
    for (const {id} of about) if (waiting.get(id)?.state === state) waiting.delete(id);
  } catch (error) {
    if (error.passing === false) waiting.clear();
  }
  if (waiting.size && !timer) timer = setTimeout(flush, 3000);
};

const receipt = (messages, state) => {
  for (const {id, mark} of messages) waiting.set(id, {mark, state});
  if (!timer) timer = setTimeout(flush, 250);
};

addEventListener('pagehide', () => { if (timer) flush(); });

export const forget = () => {
  clearTimeout(timer);
  timer = 0;
  waiting.clear();
};

export const note = (ids, state) => {
  const known = ids.map(thread.get).filter((message) => message && message.dir === 'out');
  thread.put(known.map((message) => ({...message, state})));
  count();
};

export const mark = () => {
  const messages = unread();
  const ids = messages.map((message) => message.id);
  if (ids.length && host.watching() && thread.isAtEnd()) {
    note(ids, 'read');
    receipt(messages, 'read');
    tabs.say(who.name(), {kind: 'read', data: {ids}});
  } else {
    count();
  }
};

export const delivered = (messages) => {
  const fresh = messages.filter((one) => one.dir === 'out' && one.chat && one.state === 'sent');
  if (fresh.length && !host.watching()) receipt(fresh, 'delivered');
};
