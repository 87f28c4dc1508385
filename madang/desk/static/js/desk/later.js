// Send at another moment: offers in both clocks, words as people say them, and what waits in the open conversation.
import {$, acts} from '../parts/acts.js';
import {ask, complain, tell} from '../parts/http.js';
import {toggle} from '../parts/menu.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {around} from './around.js';
import {kind, send} from './composer.js';
import {leaveNow, takeBack} from './leaving.js';
import {current, open} from './nav.js';

const PAUSE = 250;
const menu = $('later-menu');
const words = $('later-words');
let wanted = () => {};
let timer = 0;
let turn = 0;

/** Offers for the words that stand there now; whether they are shown. */
async function offers() {
  const mine = ++turn;
  const cid = current();
  try {
    const html = await ask('GET', `/c/${cid}/times?` + new URLSearchParams({q: words.value.trim()}));
    if (mine !== turn || cid !== current()) return false;
    $('later-offers').replaceChildren(parse(html));
    return true;
  } catch (error) {
    complain(error);
  }
}

/** Ask for a moment beside `button`; `then` gets it as ISO 8601. `asks`: whether she is asked first, where she may be. */
async function when(button, title, then, asks) {
  if (!current() || kind() === 'note') return;
  wanted = then;
  words.value = '';
  $('later-title').textContent = menu.dataset[title];
  $('later-asks').hidden = asks === undefined;
  $('later-ask').checked = asks;
  if (!await offers()) return;
  if (!menu.matches(':popover-open')) toggle('later-menu', button);
  words.focus();
}

const keyOf = button => button.closest('.later').dataset.key;

if (menu) {
  acts['send-later'] = () => {
    $('send-menu').hidePopover?.();
    when($('send-more'), 'send', later => send({later, asks: $('later-ask').checked}), true);
  };
  acts['send-snooze'] = () => {
    $('send-menu').hidePopover?.();
    when($('send-more'), 'snooze', until => send({then: 'snooze', until}));
  };
  acts['at-offer'] = button => {
    menu.hidePopover();
    wanted(button.dataset.at);
  };
  acts['later-edit'] = async button => {
    const {cid, key} = button.dataset; // of one in the list of all, wherever it waits
    if (cid) {
      $('drafts').close();
      await open(Number(cid));
    }
    if (await takeBack(Number(cid) || current(), key || keyOf(button))) toast($('later').dataset.back);
    around();
  };
  acts['later-move'] = button => {
    const url = `/c/${current()}/messages/${keyOf(button)}/departure`; // news may draw the button anew
    when(button, 'move', async later => {
      if (await tell('PUT', url, {later, asks: $('later-ask').checked ? '1' : ''})) toast($('later').dataset.moved);
      around();
    }, 'asks' in button.closest('.later').dataset);
  };
  acts['later-now'] = async button => {
    button.setAttribute('aria-disabled', 'true');
    await leaveNow(keyOf(button));
    button.removeAttribute('aria-disabled');
    around();
  };
  words.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(offers, PAUSE);
  });
  words.addEventListener('keydown', async event => {
    if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    clearTimeout(timer);
    if (await offers() && menu.matches(':popover-open')) $('later-offers').querySelector('button')?.click();
  });
  document.addEventListener('desk:sent', ({detail}) => { if (detail.how?.later && detail.cid === current()) around(); });
  document.addEventListener('desk:leaving', () => menu.hidePopover());
}
