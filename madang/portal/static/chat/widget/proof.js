// The code that went to an address of hers: she types it here. The house says when there is one to type.
import * as shelf from './shelf.js';
import * as thread from './thread.js';
import * as who from './who.js';
import {live} from './bubble.js';
import {$} from './nodes.js';
import {config, t} from './texts.js';
import {post} from './wire.js';

const card = $('proof');
const form = $('proof-form');
const field = $('proof-code');
const problem = $('proof-problem');
const WORDS = {asked: 'proof_asked', sent: 'proof_sent', failed: 'proof_failed', expired: 'proof_over', tries: 'proof_over'};
let to = '';
let wrong = () => {}; // what follows when the address is not hers
let busy = false;

const fault = (words) => {
  problem.textContent = words;
  problem.hidden = !words;
  field.setAttribute('aria-invalid', String(Boolean(words)));
};

const draw = (made) => {
  const stay = thread.isAtEnd();
  const open = made.state === 'asked' || made.state === 'sent';
  to = made.to;
  $('proof-why').textContent = t(WORDS[made.state], {to});
  for (const part of [field, field.labels[0], $('proof-go')]) part.hidden = !open;
  $('proof-again').classList.toggle('primary', !open);
  $('proof-done').hidden = true;
  form.hidden = false;
  if (card.hidden) live($('proof-why').textContent);
  card.hidden = false;
  if (stay) thread.toEnd();
};

// What the house says of it: a code is on its way, is there, or there is nothing to type any more. While she waits
// for the answer to what she pressed, that answer says it: the same news may come here first and must not close the card.
export const show = (made) => {
  if (made) draw(made);
  else if ($('proof-done').hidden && !busy) card.hidden = true;
};
export const reset = () => {
  card.hidden = true;
  $('proof-done').hidden = true;
  field.value = '';
  fault('');
};

const ask = (path, body) => who.guard((token) => post(`/proof${path}`, token, body));
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

const press = (work) => async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  fault('');
  try {
    await work();
  } catch (error) {
    fault(t(error.status === 429 ? 'too_fast' : 'ask_later'));
  }
  busy = false;
};

const thank = () => {
  form.hidden = true;
  $('proof-done').textContent = t('proof_thanks');
  $('proof-done').hidden = false;
  $('proof-done').focus();
};

const confirm = async () => {
  const {state, left} = await ask('/code', {code: field.value});
  if (state === 'proven') return thank();
  if (state === 'over') return draw({to, state: 'expired'});
  fault(t('proof_wrong', {left}));
  field.select();
};

const again = async () => {
  field.value = '';
  const {proof} = await ask('', {});
  if (!proof) return reset();
  draw(proof);
  field.focus();
};

const no = async () => {
  await ask('/withdrawal', {});
  shelf.drop('email');
  reset();
  wrong();
};

// She has left an address, which is on its way in: until it is known there is nothing to send a code to.
export const want = async (address) => {
  if (!config.askProof) return;
  for (let tries = 0; tries < 8; tries += 1) {
    try {
      return show((await ask('', {address})).proof);
    } catch (error) {
      if (error.status !== 503) return;
      await pause(error.retry || 1);
    }
  }
};

export const begin = (hear) => {
  wrong = hear;
  form.addEventListener('submit', press(confirm));
  $('proof-again').addEventListener('click', press(again));
  $('proof-no').addEventListener('click', press(no));
};
