// What is done with the open conversation: taken, assigned, closed, opened again, seen.
import {$, acts, word} from '../parts/acts.js';
import {ask, tell} from '../parts/http.js';
import {toast} from '../parts/toast.js';
import {around} from './around.js';
import {poke} from './list.js';
import {current, forget, neighbour, open, shut} from './nav.js';
import {forMany, menu, perform} from './verbs.js';

const url = verb => `/c/${current()}/${verb}`;

function changed(cid) {
  forget(cid);
  poke({now: true});
  around();
}

acts['assign-menu'] = button => {
  const all = 'many' in button.dataset;
  const {assignee, team} = all ? {} : $('head-who').dataset;
  for (const item of $('assign-menu').querySelectorAll('.menu-item')) {
    const on = 'team' in item.dataset ? item.dataset.team === team : item.dataset.user === assignee;
    item.setAttribute('aria-checked', String(on));
  }
  menu('assign-menu', button);
};

acts.assign = async item => {
  const cid = current();
  const {user, team} = item.dataset;
  $('assign-menu').hidePopover();
  if (forMany()) return perform(team === undefined ? 'assign' : 'team', team ?? user);
  if (!await tell('POST', url('assignment'), team === undefined ? {user} : {team})) return;
  const name = item.querySelector('.menu-text').firstChild.textContent.trim();
  toast(user || team ? word('assigned', {name}) : word('unassigned'));
  changed(cid);
};

acts.take = async () => {
  const cid = current();
  if (await tell('POST', url('assignment'), {user: $('desk').dataset.me})) changed(cid);
};

acts.close = async button => {
  const cid = current();
  const {said, undo} = button.dataset;
  const next = neighbour(1) || neighbour(-1);
  const closing = ask('POST', `/c/${cid}/closure`);
  if (next) open(next);
  else shut();
  try {
    await closing;
    toast(said, {label: undo, act: () => openAgain(cid)});
  } catch (error) {
    toast(error.message, {tone: 'bad'});
    open(cid);
  }
  changed(cid);
};

async function openAgain(cid) {
  if (await tell('DELETE', `/c/${cid}/closure`)) { changed(cid); open(cid); }
}

acts.reopen = async button => {
  const cid = current();
  if (!await tell('DELETE', url('closure'))) return;
  toast(button.dataset.said);
  changed(cid);
};

acts.keep = async button => {
  const cid = current();
  const on = button.ariaPressed !== 'true';
  if (!await tell(on ? 'PUT' : 'DELETE', url('keeping'))) return;
  if (cid !== current()) return;
  $('keep').ariaPressed = String(on); // the news tells the others
  forget(cid);
};

/** Somebody looks at the open conversation: what the customer wrote is read. */
export function seen() {
  const row = $(`c-${current()}`);
  if (!current() || document.hidden || !$('composer-text') || (row && !('unread' in row.dataset))) return;
  row?.removeAttribute('data-unread');
  row?.querySelector('.badge')?.remove();
  ask('POST', url('seen')).catch(() => {});
}

document.addEventListener('desk:opened', seen);
document.addEventListener('visibilitychange', seen);
if (current()) seen();
