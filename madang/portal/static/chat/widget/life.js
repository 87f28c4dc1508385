// From the first look to the last: enter (history, then the stream), hear, leave.
import * as askmail from './askmail.js';
import * as outbox from './outbox.js';
import * as proof from './proof.js';
import * as reading from './reading.js';
import * as tabs from './tabs.js';
import * as thread from './thread.js';
import * as who from './who.js';
import * as host from './host.js';
import {live} from './bubble.js';
import {$} from './nodes.js';
import {base, config, t} from './texts.js';
import {listen} from './stream.js';
import {call, post, read} from './wire.js';

export const bell = {ring() {}}; // silent until its sound is brought in, and on
let stop = null; // ends the stream of whoever is here
let leading = null; // the signal of the stream that this tab holds
let position = '';
let staffed = config.staffed;
let bannerTimer = 0;

const setStaffed = (yes) => {
  staffed = yes;
  $('status').textContent = t(yes ? 'here' : 'away');
  $('status').toggleAttribute('data-here', yes);
  $('promise').textContent = t(yes ? 'promise_here' : 'promise_away');
};

export const banner = (down) => {
  clearTimeout(bannerTimer);
  if (!down && navigator.onLine) {
    $('banner').hidden = true;
    return;
  }
  bannerTimer = setTimeout(() => {
    $('banner').textContent = t(navigator.onLine ? 'connecting' : 'offline');
    $('banner').hidden = false;
  }, 2500);
};

const answered = (fresh) => {
  const answers = fresh.filter((message) => message.dir === 'out');
  if (!answers.length) return;
  askmail.cancel();
  thread.typing(null);
  const last = answers.at(-1);
  live(`${last.from.name}: ${last.text || t('sent_file')}`);
  host.say('message', {id: last.id, author: last.from.name, at: last.at});
  bell.ring();
};

const heard = {
  message(message) {
    const fresh = thread.put([message]);
    if (message.dir === 'in') outbox.discard(message.id);
    answered(fresh);
    if (leading) reading.delivered(fresh);
    reading.mark();
  },
  read: ({ids}) => reading.note(ids, 'read'),
  seen: ({n}) => thread.readUpTo(n),
  typing: ({from}) => thread.typing(from),
  proof: (data) => proof.show(data.proof),
  gap: () => load().catch(() => {}),
  up: ({up}) => banner(!up),
};
export const hear = (event) => {
  if (event.id) position = event.id;
  if (Object.prototype.hasOwnProperty.call(heard, event.kind)) heard[event.kind](event.data);
};

const load = async () => {
  const made = await who.guard((token) => post('/session', token, {}));
  if (!position || BigInt(made.after) > BigInt(position)) position = made.after;
  setStaffed(made.staffed);
  $('older').hidden = !made.more;
  const first = thread.empty();
  const fresh = thread.put(made.messages, {jump: first});
  for (const message of made.messages) if (message.dir === 'in') outbox.discard(message.id);
  thread.readUpTo(made.seen);
  proof.show(made.proof);
  if (!first) answered(fresh);
  reading.mark();
};

const status = (up) => {
  banner(!up);
  if (up) outbox.flush();
  tabs.say(who.name(), {kind: 'up', data: {up}});
};

const streamAs = (name) => async (signal) => {
  leading = signal;
  const tellAll = (event) => {
    if (signal.aborted) return;
    tabs.say(name, event);
    hear(event);
  };
  const lost = async (error) => {
    if (error.status === 401) await who.renew().catch(() => {});
  };
  await listen({token: who.token, after: () => position, page: () => host.currentPage().url}, signal, tellAll, status, lost);
  if (leading === signal) leading = null;
};

export const follow = () => {
  if (stop || !who.token()) return;
  const name = who.name();
  stop = tabs.lead(name, streamAs(name));
};

const pending = () => thread.put(outbox.waiting().map((item) => ({...item, dir: 'in', pending: true, from: null})), {jump: true});

// History and stream of whoever is here now. Tries again until the house answers.
export const enter = async () => {
  const name = who.name();
  pending();
  for (let pause = 1000; who.token() && who.name() === name; pause = Math.min(pause * 2, 15_000)) {
    try {
      await load();
      follow();
      break;
    } catch (error) {
      if (error.passing === false) throw error;
      banner(true);
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  outbox.flush();
};

export const leave = () => {
  if (stop) stop();
  stop = null;
  leading = null;
  position = '';
  thread.clear();
  thread.typing(null);
  askmail.reset();
  proof.reset();
  reading.forget();
  $('older').hidden = true;
  $('banner').hidden = true;
  reading.count();
};

export const older = async () => {
  const before = thread.oldest();
  if (!before) return;
  const made = await who.guard((token) => read(`/messages?before=${before.n}`, token));
  thread.putAbove(made.messages);
  $('older').hidden = !made.more;
};

export const expectAnswer = () => askmail.expect(staffed);

// The page goes: say so at once, so that agents know that chat no longer reaches her.
addEventListener('pagehide', () => {
  if (leading && who.token()) call(`${base}/away`, who.token(), {body: '{}', keepalive: true}).catch(() => {});
});
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
