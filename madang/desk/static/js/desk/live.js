// News: one connection for all tabs of this browser. The open conversation gets its messages themselves; the list is
// poked and looks again.
import {$} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {around} from './around.js';
import {seen} from './handling.js';
import {poke} from './list.js';
import {looks} from './looking.js';
import {atEnd, catchUp, upsert} from './messages.js';
import {current, forget} from './nav.js';
import {renew} from './renew.js';
import {hide, show} from './typing.js';

const BEFORE_SAYING = 1_500; // a short break is nobody's business
const desk = $('desk');
const start = document.querySelector('meta[name=last-event]').content;
let at = start;
let down = 0;

const hears = {
  message(news) {
    forget(news.c);
    if (news.c !== current()) return;
    upsert(news.html);
    if (news.way !== 'in') return;
    hide();
    seen();
    if (!atEnd()) $('to-newest').hidden = false;
  },
  state(news) {
    forget(news.c);
    if (news.c === current() && $(news.key)) upsert(news.html);
  },
  gone(news) { // taken back before it went
    forget(news.c);
    if (news.c === current()) $(news.key)?.remove();
  },
  many(news) {
    for (const [cid] of news.c) forget(cid);
    if (news.c.some(([cid]) => cid === current())) catchUp().catch(() => {});
  },
  stale(news) {
    for (const cid of news.c) forget(cid);
    poke();
    if (news.c.includes(current())) around();
  },
  who(news) {
    document.dispatchEvent(new CustomEvent('desk:who'));
    if (news.parted.includes(current())) renew().catch(() => {}); // some of its messages are elsewhere now
  },
  typing: show,
  bell: () => document.dispatchEvent(new Event('desk:bell')),
  looking: looks,
  presence(news) {
    forget(news.c);
    if (news.c === current()) around();
  },
  gap: () => location.reload(),
};

function hear({kind, data, id}) {
  if (id) at = id;
  hears[kind]?.(data);
}

function status(up) {
  clearTimeout(down);
  if (!up) {
    document.dispatchEvent(new CustomEvent('desk:down'));
    down = setTimeout(() => { $('offline').hidden = false; stillSignedIn(); }, BEFORE_SAYING);
    return;
  }
  $('offline').hidden = true;
  document.dispatchEvent(new CustomEvent('desk:up'));
}

// The stream cannot say why it does not open. A lost session is no lost connection.
async function stillSignedIn() {
  try {
    await ask('GET', '/look.css');
    await ask('GET', '/list?rows=1');
  } catch (error) {
    if (error.status === 401) complain(error);
  }
}

function take(message) {
  if (message.up !== undefined) status(message.up);
  else hear(message);
}

function byWorker() {
  const worker = new SharedWorker(desk.dataset.worker, {type: 'module', name: `desk-${desk.dataset.me}`});
  worker.port.onmessage = ({data}) => take(data);
  const ready = () => worker.port.postMessage({url: desk.dataset.stream, after: at}); // it answers what was missed, and whether it is up
  ready();
  addEventListener('online', ready);
  addEventListener('pagehide', () => worker.port.postMessage({bye: true}));
  addEventListener('pageshow', event => { if (event.persisted) ready(); });
}

// Where there is no SharedWorker: the tab that holds the lock holds the connection and tells the others.
async function byLock() {
  const {connect, Ring} = await import('./stream.js');
  const bus = new BroadcastChannel(`desk-${desk.dataset.me}`);
  bus.onmessage = ({data}) => { if (!data.ask) take(data); };
  bus.postMessage({ask: at});
  navigator.locks.request(`desk-${desk.dataset.me}`, () => {
    const ring = new Ring();
    const tell = message => { bus.postMessage(message); take(message); };
    connect(desk.dataset.stream, at, message => { ring.keep(message); tell(message); }, up => tell({up}));
    bus.onmessage = ({data}) => { if (data.ask) for (const message of ring.since(data.ask)) bus.postMessage(message); };
    return new Promise(() => {}); // held until the tab goes
  });
}

if (window.SharedWorker) byWorker();
else {
  byLock();
  addEventListener('online', () => status(true));
}

addEventListener('offline', () => status(false));
