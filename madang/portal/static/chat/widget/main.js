// The chat in its frame: put the parts together.
import * as askmail from './askmail.js';
import * as composer from './composer.js';
import * as files from './files.js';
import * as host from './host.js';
import * as life from './life.js';
import * as outbox from './outbox.js';
import * as reading from './reading.js';
import * as shelf from './shelf.js';
import * as tabs from './tabs.js';
import * as thread from './thread.js';
import * as who from './who.js';
import {$} from './nodes.js';
import {config, zone} from './texts.js';
import {post, tell, uuid} from './wire.js';

let attributes = {};
let turn = Promise.resolve();
let entered = '';
let viewed = '';

const next = (work) => {
  turn = turn.then(work).catch((error) => console.error('Madang:', error.message));
  return turn;
};
const enter = async () => {
  if (entered === who.name()) return;
  entered = who.name();
  await life.enter();
};
const leave = () => {
  entered = '';
  files.forget();
  life.leave();
};

const context = () => ({
  page: host.currentPage(), language: config.locale, timezone: zone, attributes,
});

// Only with her consent, and only of whoever has a token: nobody gets one for being seen.
const view = () => {
  const page = host.currentPage();
  if (!host.consented() || !who.token() || page.url === viewed) return;
  viewed = page.url;
  post('/page', who.token(), {...page, consent: true}).catch(() => {});
};

const send = (text, attached) => {
  const item = {id: uuid(), text, files: attached, at: new Date().toISOString(), context: context()};
  thread.typing(null);
  outbox.add(item);
  thread.toEnd();
  life.expectAnswer();
};

const outgoing = (item) => {
  if (item.who && item.who !== who.name()) return;
  const known = thread.get(item.id);
  if (known && known.n) return;
  thread.put([{...item, dir: 'in', from: null, pending: true}], {jump: !known});
  if (item.state === 'sent') life.follow();
};

const profile = (more) => who.guard((token) => tell(config.key, token, {type: 'profile', id: uuid(), ...context(), ...who.profile(), ...more}));

const signIn = async (user) => {
  if (who.signedIn() === user.id) return;
  let before = '';
  const name = who.name();
  try {
    before = await who.signIn(user, outbox.waiting().length > 0);
  } catch (error) {
    host.say('refused', {reason: error.message});
    return;
  }
  if (name === 'browser') outbox.hand(name, who.name());
  else composer.clear(); // what another user has half written is not hers
  leave();
  if (before) await profile({}).catch(() => {});
  await enter();
};

const verbs = {
  start: () => setTimeout(() => next(enter).then(() => host.say('ready')).then(view)),
  opened({open}) {
    if (!open) return;
    composer.focus();
    thread.toEnd();
    reading.mark();
  },
  consent: view,
  user: ({user}) => next(() => signIn(user)),
  attributes(data) {
    attributes = {...attributes, ...data.attributes};
    if (shelf.get('spoken') || who.signedIn()) next(() => profile({}));
  },
  reset: () => next(async () => {
    who.signOut();
    attributes = {};
    leave();
    composer.clear();
    await enter();
  }),
};

const acts = {
  retry: outbox.retry,
  discard(id) { outbox.discard(id); thread.remove(id); },
  show: files.address,
  save: files.save,
  atEnd: reading.mark,
};

const older = async () => {
  $('older').disabled = true;
  await life.older().catch(() => {});
  $('older').disabled = false;
};

document.documentElement.style.setProperty('--brand-h', String(config.hue));
document.documentElement.style.setProperty('--brand-c', String(config.chroma));
thread.begin(acts);
outbox.begin(outgoing);
composer.begin(send);
askmail.begin();
void import('./sound.js').then((m) => m.begin(shelf, life.bell));
void import('./notices.js').then((m) => m.begin(who, host));
$('close').hidden = host.standsAlone;
$('close').addEventListener('click', () => host.say('close'));
$('older').addEventListener('click', older);
document.addEventListener('visibilitychange', reading.mark);
addEventListener('online', () => life.banner(false));
addEventListener('offline', () => life.banner(true));
tabs.hearOthers(who.name, life.hear);
shelf.watch((name) => {
  if (name === 'token' && who.adopt()) next(() => { leave(); return enter(); });
});
host.begin(verbs);
if (host.standsAlone) next(enter);
