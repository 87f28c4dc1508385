// What is done with conversations, one or many: said in words, and undone by one press.
import {$, acts, word} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {toggle} from '../parts/menu.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {around} from './around.js';
import {poke} from './list.js';
import {current, forget, neighbour, open, shut, wanted} from './nav.js';
import {chosen, meant, none} from './picks.js';

const LEAVES = ['close', 'snooze']; // what takes a conversation out of the list
const PAUSE = 160;
const narrow = matchMedia('(width < 48rem)'); // one pane: after what is done lies the list, not another's words
let many = false; // whether the open menu was asked for the selected ones
let about = 0; // the one row it was asked for; 0 the open conversation

const meantBy = all => (all ? chosen() : [about || wanted()]);

/** Do `verb` with `value` to the selected conversations, to the open one, or to `ids`. Whether it was done. */
export async function perform(verb, value = '', {all = many, ids = meantBy(all)} = {}) {
  const body = [['verb', verb], ['value', value], ...(all ? meant() : [['id', ids[0]]])];
  if (!all && !ids[0]) return;
  const next = !all && LEAVES.includes(verb) && ids[0] === wanted() ? neighbour(1) || neighbour(-1) : 0;
  try {
    const answer = JSON.parse(await ask('POST', '/batches', body));
    changed([...answer.done, ...ids]);
    tell(answer);
    if (all) none();
    else if (LEAVES.includes(verb) && wanted() === ids[0]) next && !narrow.matches ? open(next) : shut();
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

function tell(answer) {
  const undo = answer.undo ? {label: word('undo'), act: () => back(answer.undo)} : {};
  toast(answer.said, {...undo, tone: answer.done.length ? '' : 'bad'});
}

/** Take a batch back, by the way that its answer told. */
export async function back(steps) {
  try {
    const answer = JSON.parse(await ask('POST', '/batches/undo', [['steps', steps]]));
    changed(answer.done);
    toast(answer.said);
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

function changed(ids) {
  for (const cid of ids) forget(cid);
  poke({now: true, of: ids});
  if (ids.includes(current())) around();
}

/** Open a menu for what the button means: `data-many` the selected ones, `data-cid` one row of the list. */
export function menu(id, button) {
  aim(button);
  toggle(id, button);
}

function aim({dataset}) {
  many = 'many' in dataset;
  about = Number(dataset.cid ?? 0);
}

/** Whether the open menu is for what is open: the state of that is marked in it. */
export const forOpen = ({dataset}) => !('many' in dataset || dataset.cid);

const shutMenus = () => { for (const one of document.querySelectorAll('.menu:popover-open')) one.hidePopover(); };

acts.verb = button => {
  shutMenus();
  perform(button.dataset.verb, button.dataset.value ?? '');
};
acts['batch-close'] = button => perform(button.dataset.verb, '', {all: true});
acts['batch-more'] = button => menu('batch-menu', button);
acts.follow = button => perform(button.dataset.verb, '', {all: false, ids: [wanted()]});
acts['mark-unread'] = async () => {
  shutMenus();
  const cid = wanted();
  if (cid && await perform('unread', '', {all: false, ids: [cid]}) && cid === wanted()) shut(); // looking at it would read it again
};

acts['priority-menu'] = button => {
  const now = $('handling')?.dataset.priority;
  const mine = forOpen(button);
  for (const item of $('priority-menu').querySelectorAll('.menu-item')) item.setAttribute('aria-checked', String(mine && item.dataset.value === now));
  menu('priority-menu', button);
};

acts['tag-menu'] = button => {
  menu('tag-menu', button);
  $('tag-name').value = '';
  $('tag-name').focus();
};
acts['tag-here'] = () => {
  if ($('tag-input')?.checkVisibility()) $('tag-input').focus();
  else acts['tag-menu']($('thread-more')); // the card is shut, or there is no room for it
};
$('tag-form').addEventListener('submit', event => {
  event.preventDefault();
  const name = $('tag-name').value.trim();
  shutMenus();
  if (name) perform(event.submitter?.dataset.verb ?? 'tag', name);
});

let timer = 0;
let asked = '';
let told = null; // the words whose times stand in the menu

async function times(q) {
  asked = q;
  try {
    const html = await ask('GET', `/times?${new URLSearchParams({q})}`);
    if (asked !== q) return;
    $('snooze-times').replaceChildren(parse(html));
    told = q;
  } catch (error) {
    complain(error);
  }
}

acts['snooze-menu'] = async button => {
  $('snooze-text').value = '';
  $('snooze-times').replaceChildren(); // those of before are of another hour
  $('snooze-end').hidden = !forOpen(button) || !$('handling')?.dataset.snoozed;
  const cid = wanted();
  await times('');
  if (cid !== wanted()) return; // she is elsewhere
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
  if (q !== told) await times(q);
  if (q && q === told && $('snooze-menu').matches(':popover-open')) $('snooze-times').querySelector('.menu-item')?.click();
});
