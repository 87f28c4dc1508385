// What was written and is not yet the house's: kept in the browser, sent in order, by one tab, under ids made here, so that no repeat can double it.
import * as shelf from './shelf.js';
import * as who from './who.js';
import {config, t} from './texts.js';
import {tell} from './wire.js';

let changed = () => {};
let timer = 0;
let pause = 1000;

export const begin = (hear) => { changed = hear; };
const read = () => shelf.get('outbox') || [];
const write = (items) => shelf.put('outbox', items);
const mine = () => read().filter((item) => item.who === who.name());
export const waiting = mine;

// Who was a browser is a user now: what waits is hers.
export const hand = (from, to) => write(read().map((item) => (item.who === from ? {...item, who: to} : item)));

const edit = (id, patch) => {
  write(read().map((item) => (item.id === id ? {...item, ...patch} : item)));
  const item = read().find((one) => one.id === id);
  if (item) changed(item);
};

export const add = (item) => {
  write([...read(), {...item, who: who.name(), state: 'sending'}]);
  changed({...item, state: 'sending'});
  flush();
};

export const discard = (id) => write(read().filter((item) => item.id !== id));

export const retry = (id) => {
  edit(id, {state: 'sending', problem: ''});
  pause = 1000;
  flush();
};

const deliver = (item) => who.ensure().then(() => who.guard((token) => tell(config.key, token, {
  type: 'message', id: item.id, text: item.text, files: item.files.map((file) => file.key), ...item.context, ...who.profile(),
})));

const later = (seconds) => {
  clearTimeout(timer);
  timer = setTimeout(flush, seconds * 1000 || pause);
  pause = Math.min(pause * 2, 30_000);
};

// True when the next may be tried.
const attempt = async (item) => {
  try {
    await deliver(item);
  } catch (error) {
    if (error.passing === false) {
      edit(item.id, {state: 'failed', problem: error.status === 413 ? t('too_large') : t('failed')});
      return true;
    }
    edit(item.id, {state: 'waiting', problem: error.status === 429 ? t('too_fast') : ''});
    later(error.retry);
    return false;
  }
  pause = 1000;
  discard(item.id);
  shelf.put('spoken', true);
  changed({...item, state: 'sent', problem: ''});
  return true;
};

const drain = async () => {
  for (;;) {
    const item = mine().find((one) => one.state !== 'failed');
    if (!item || !(await attempt(item))) return;
  }
};

let running = null;
export const flush = () => {
  clearTimeout(timer);
  running = (running || Promise.resolve()).then(() => shelf.alone('send', drain)).catch(() => later(0));
  return running;
};
addEventListener('online', () => flush());
