// The visitor's e-mail address, asked for once, politely: when nobody has answered for a while, or nobody is there.
import * as proof from './proof.js';
import * as shelf from './shelf.js';
import * as thread from './thread.js';
import * as who from './who.js';
import {$} from './nodes.js';
import {config, t} from './texts.js';
import {tell, uuid} from './wire.js';

const card = $('ask');
const form = $('ask-form');
const field = $('ask-email');
const problem = $('ask-problem');
let timer = 0;

export const known = () => shelf.get('email') || who.profile().email || '';
const wanted = () => config.askEmail && !known() && !shelf.get('asked');

const show = (name) => {
  const stay = thread.isAtEnd();
  for (const part of card.children) part.hidden = part.id !== name;
  card.hidden = false;
  if (stay) thread.toEnd();
};

const thank = () => {
  $('ask-thanks').textContent = t('ask_thanks', {email: known()});
  show('ask-done');
};

export const ask = () => {
  if (!wanted() || !card.hidden) return;
  show('ask-form');
};

// Somebody answers or writes on: what has been said is enough.
export const cancel = () => {
  clearTimeout(timer);
  if (!$('ask-done').hidden) card.hidden = true;
};

// After a message of hers: at once when nobody is there, else when nobody has answered.
export const expect = (staffed) => {
  cancel();
  if (wanted()) timer = setTimeout(ask, staffed ? config.askAfter * 1000 : 1500);
};

const looksRight = (email) => /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email) && email.length <= 254;

const fault = (words) => {
  problem.textContent = words;
  problem.hidden = !words;
  field.setAttribute('aria-invalid', String(Boolean(words)));
  if (words) field.focus();
};

const save = async () => {
  const email = field.value.trim();
  if (!looksRight(email)) return fault(t('ask_wrong'));
  fault('');
  try {
    await who.ensure();
    await who.guard((token) => tell(config.key, token, {type: 'profile', id: uuid(), email}));
  } catch (error) {
    return fault(error.passing ? t('ask_later') : t('ask_wrong'));
  }
  shelf.put('email', email);
  thank();
  proof.want(email);
};

const change = () => {
  field.value = known();
  show('ask-form');
  field.focus();
};

export const begin = () => {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    save();
  });
  $('ask-no').addEventListener('click', () => {
    shelf.put('asked', true);
    card.hidden = true;
    $('text').focus();
  });
  $('ask-change').addEventListener('click', change);
  proof.begin(change);
};

export const reset = () => {
  cancel();
  card.hidden = true;
  field.value = '';
};
