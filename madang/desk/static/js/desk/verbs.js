// What is done with conversations, one or many: said in words, and undone by one press.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {toggle} from '../parts/menu.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {around} from './around.js';
import {poke} from './list.js';
import {current, forget, neighbour, open, shut} from './nav.js';
import {chosen, meant, none} from './picks.js';

const words = $('verb-words').dataset;
const LEAVES = ['close', 'snooze']; // what takes a conversation out of the list
const PAUSE = 160;
let many = false; // whether the open menu was asked for the selected ones

/** Do `verb` with `value` to the selected conversations, or to the open one. */
export async function perform(verb, value = '', {all = many} = {}) {
  const ids = all ? chosen() : [current()];
  const body = [['verb', verb], ['value', value], ...(all ? meant() : [['id', ids[0]]])];
  if (!all && !ids[0]) return;
  const next = !all && LEAVES.includes(verb) ? neighbour(1) || neighbour(-1) : 0;
  try {
    const answer = JSON.parse(await ask('POST', '/batches', body));
    changed([...answer.done, ...ids]);
    tell(answer);
    if (all) none();
    else if (LEAVES.includes(verb) && current() === ids[0]) next ? open(next) : shut();
  } catch (error) {
    complain(error);
  }
}

function tell(answer) {
  const undo = answer.undo ? {label: words.undo, act: () => back(answer.undo)} : {};
  toast(answer.said, {...undo, tone: answer.done.length ? '' : 'bad'});
}

async function back(steps) {
  try {
    const answer = JSON.parse(await ask('POST', '/batches/undo', [['steps', steps]]));
    changed(answer.done);
    toast(answer.said);
  } catch (error) {
    complain(error);
  }
}

function changed(ids) {
  for (const cid of ids) forget(cid);
  poke({now: true});
  if (ids.includes(current())) around();
}

/** Open a menu for what the button means: `data-many` the selected ones. */
export function menu(id, button) {
  many = 'many' in button.dataset;
  toggle(id, button);
}

/** Whether the open menu is for the selected ones. */
export const forMany = () => many;

const shutMenus = () => { for (const one of document.querySelectorAll('.menu:popover-open')) one.hidePopover(); };

acts.verb = button => {
  shutMenus();
  perform(button.dataset.verb, button.dataset.value ?? '');
};
acts['batch-close'] = button => perform(button.dataset.verb, '', {all: true});
acts['batch-more'] = button => { many = true; toggle('batch-menu', button); };
acts.follow = button => perform(button.dataset.verb, '', {all: false});
acts.unread = async () => {
  const cid = current();
  if (!cid) return;
  await perform('unread', '', {all: false});
};

acts['priority-menu'] = button => {
  const now = $('handling')?.dataset.priority;
  const all = 'many' in button.dataset;
  for (const item of $('priority-menu').querySelectorAll('.menu-item')) item.setAttribute('aria-checked', String(!all && item.dataset.value === now));
  menu('priority-menu', button);
};

acts['tag-menu'] = button => {
  menu('tag-menu', button);
  $('tag-name').value = '';
  $('tag-name').focus();
};
$('tag-form').addEventListener('submit', event => {
  event.preventDefault();
  const name = $('tag-name').value.trim();
  shutMenus();
  if (name) perform(event.submitter?.dataset.verb ?? 'tag', name);
});

let timer = 0;
let asked = '';

async function times(q) {
  asked = q;
  try {
    const html = await ask('GET', `/times?${new URLSearchParams({q})}`);
    if (asked === q) $('snooze-times').replaceChildren(parse(html));
  } catch (error) {
    complain(error);
  }
}

acts['snooze-menu'] = async button => {
  $('snooze-text').value = '';
  $('snooze-end').hidden = 'many' in button.dataset || !$('handling')?.dataset.snoozed;
  await times('');
  menu('snooze-menu', button);
  $('snooze-text').focus();
};
$('snooze-text').addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(() => times($('snooze-text').value.trim()), PAUSE);
});
$('snooze-text').addEventListener('keydown', async event => {
  if (event.isComposing || event.keyCode === 229 || event.key !== 'Enter') return;
  event.preventDefault();
  clearTimeout(timer);
  const q = $('snooze-text').value.trim();
  if (q !== asked) await times(q);
  if (q) $('snooze-times').querySelector('.menu-item')?.click();
});
