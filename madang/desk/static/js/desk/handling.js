// What is done with the open conversation: taken, assigned, closed, opened again, seen.
import {$, acts} from '../parts/acts.js';
import {ask, tell} from '../parts/http.js';
import {toast} from '../parts/toast.js';
import {around} from './around.js';
import {poke} from './list.js';
import {current, forget, neighbour, open, PASSED, shut, wanted} from './nav.js';
import {back, forOpen, menu, perform} from './verbs.js';

const narrow = matchMedia('(width < 48rem)');
const url = (verb, cid = wanted()) => `/c/${cid}/${verb}`;

function changed(cid) {
  forget(cid);
  poke({now: true, of: [cid]});
  around();
}

acts['assign-menu'] = button => {
  const {assignee, team} = forOpen(button) ? $('head-who').dataset : {};
  for (const item of $('assign-menu').querySelectorAll('.menu-item')) {
    const on = 'team' in item.dataset ? item.dataset.team === team : item.dataset.user === assignee;
    item.setAttribute('aria-checked', String(on));
  }
  menu('assign-menu', button);
};

acts.assign = item => {
  const {user, team} = item.dataset;
  $('assign-menu').hidePopover();
  perform(team === undefined ? 'assign' : 'team', team ?? user);
};

acts.take = async () => {
  const cid = wanted();
  if (await tell('POST', url('assignment'), {user: $('desk').dataset.me})) changed(cid);
};

acts.close = async button => {
  const cid = wanted(); // by a quick hand before it is here
  const {said, undo} = button.dataset;
  const next = narrow.matches ? 0 : neighbour(1) || neighbour(-1); // on a phone the list lies behind it
  const closing = ask('POST', '/batches', [['verb', 'close'], ['id', cid]]);
  if (next) open(next);
  else shut();
  try {
    const answer = JSON.parse(await closing);
    if (answer.undo) toast(said, {label: undo, act: () => openAgain(cid, answer.undo)});
    else toast(answer.said, {tone: 'bad'});
  } catch (error) {
    toast(error.message, {tone: 'bad'});
    open(cid);
  }
  changed(cid);
};

async function openAgain(cid, steps) {
  if (await back(steps)) open(cid);
}

acts.reopen = async button => {
  const cid = wanted();
  if (!await tell('DELETE', url('closure'))) return;
  toast(button.dataset.said);
  changed(cid);
};

acts.keep = async button => {
  const cid = wanted();
  const on = button.ariaPressed !== 'true';
  if (!await tell(on ? 'PUT' : 'DELETE', url('keeping'))) return;
  if (cid !== current()) return;
  $('keep').ariaPressed = String(on); // the news tells the others
  forget(cid);
};

let passing = 0;

/** Somebody looks at the open conversation: what the customer wrote is read, by who only looks too. */
export function seen() {
  const row = $(`c-${current()}`);
  if (!current() || document.hidden || (row && !('unread' in row.dataset))) return;
  row?.removeAttribute('data-unread');
  row?.querySelector('.badge')?.remove();
  ask('POST', url('seen', current())).then(() => poke(), () => {}); // what she alone had not seen is nobody's news, but counts
}

document.addEventListener('desk:leaving', () => clearTimeout(passing));
document.addEventListener('desk:opened', () => { passing = setTimeout(seen, PASSED); });
document.addEventListener('visibilitychange', seen);
if (current()) seen();
