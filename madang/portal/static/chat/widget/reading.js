// What the visitor has read: told to the house, counted on the launcher.
import * as host from './host.js';
import * as tabs from './tabs.js';
import * as thread from './thread.js';
import * as who from './who.js';
import {config} from './texts.js';
import {tell} from './wire.js';

const unread = () => thread.all().filter((one) => one.dir === 'out' && one.chat && one.state !== 'read' && !one.gone);
export const count = () => host.say('unread', {count: Math.min(unread().length, 99)});

const receipt = (messages, state) => {
  const about = messages.map(({id, mark}) => ({id, mark}));
  for (let at = 0; at < about.length; at += 50) {
    who.guard((token) => tell(config.key, token, {type: 'receipt', state, about: about.slice(at, at + 50)})).catch(() => {});
  }
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
