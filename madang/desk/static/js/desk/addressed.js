// To whom a mail goes: addresses as chips, checked as they are written. Hers stands there until somebody changes it.
import {$, acts, fill} from '../parts/acts.js';
import {kind} from './composer.js';
import {way} from './chosen.js';
import {sender, setSender} from './from.js';

const ADDRESS = /^[^@<>"\\\s,;]{1,64}@[^@<>"\\.\s]+(\.[^@<>"\\.\s]+)+$/;
const NAMES = ['to', 'cc', 'bcc'];
const MORE = ['cc', 'bcc', 'subject'];
const box = $('addressed');
const line = name => box.querySelector(`.addressed-line[data-line=${name}]`);
const chips = name => [...line(name).querySelectorAll('.chip-address')].map(one => one.dataset.address);
let hers = '';

/** What a mail needs beside its words: {sender, to, cc, bcc, subject}; empty where it is as always. */
export function addressed() {
  const made = {sender: box ? sender() : '', to: '', cc: '', bcc: '', subject: ''};
  if (!box || !mails()) return made;
  for (const name of NAMES) made[name] = [...chips(name), line(name).querySelector('input').value.trim()].filter(Boolean).join(', ');
  if (made.to === hers) made.to = '';
  if (!line('subject').hidden) made.subject = $('mail-subject').value.trim();
  return made;
}

/** Whether every address is one, and somebody gets it. */
export function addressable() {
  if (!box || !mails()) return true;
  for (const name of NAMES) take(name);
  const wrong = box.querySelector('[data-wrong]') ?? (chips('to').length ? null : $('mail-to'));
  if (wrong) (wrong.querySelector?.('button') ?? wrong).focus();
  return !wrong;
}

/** Bring back what a draft or an undone answer had. */
export function setAddressed({sender: from = '', to = '', cc = '', bcc = '', subject = ''} = {}) {
  if (!box) return;
  setSender(from);
  const given = {to: to || hers, cc, bcc};
  for (const name of NAMES) {
    line(name).querySelector('.chips').replaceChildren();
    line(name).querySelector('input').value = '';
    const some = Array.isArray(given[name]) ? given[name] : given[name].split(/[,;\s]+/).filter(Boolean);
    for (const address of some) add(name, address);
    if (name !== 'to') show(name, some.length > 0);
  }
  $('mail-subject').value = subject || ($('ways-data')?.dataset.subject ?? '');
  show('subject', Boolean(subject) && subject !== $('ways-data')?.dataset.subject);
  say();
}

const mails = () => kind() === 'reply' && way()?.dataset.mail === 'true';

function settle() {
  box.hidden = !mails() && !(kind() === 'reply' && way()?.dataset.froms);
  box.toggleAttribute('data-mail', mails());
  offer();
  if (!mails() || way().dataset.to === hers) return;
  const only = chips('to').join() === hers || !chips('to').length;
  hers = way().dataset.to;
  if (!only) return;
  line('to').querySelector('.chips').replaceChildren();
  if (hers) add('to', hers);
}

function show(name, on) {
  line(name).hidden = !on;
  box.querySelector(`button[data-line=${name}]`).setAttribute('aria-expanded', String(on));
  box.querySelector('[data-act=mail-lines]').ariaExpanded = String(MORE.some(one => !line(one).hidden));
}

/** Whether a line has addresses: such a one is never hidden, for it is mailed. */
const holds = name => NAMES.includes(name) && (chips(name).length > 0 || Boolean(line(name).querySelector('input').value.trim()));

function add(name, address) {
  if (chips(name).includes(address)) return;
  const chip = document.createElement('li');
  chip.className = 'chip-address';
  chip.dataset.address = address;
  chip.toggleAttribute('data-wrong', !ADDRESS.test(address));
  const words = document.createElement('span');
  words.textContent = address;
  words.translate = false;
  const drop = document.createElement('button');
  Object.assign(drop, {type: 'button', textContent: '×', ariaLabel: fill(box.dataset.drop, {address})});
  drop.dataset.act = 'drop-address';
  chip.append(words, drop);
  line(name).querySelector('.chips').append(chip);
  say();
}

/** What is half written becomes chips. */
function take(name) {
  const input = line(name).querySelector('input');
  for (const address of input.value.split(/[,;\s]+/).filter(Boolean)) add(name, address.replace(/^.*<|>$/g, ''));
  if (input.value) input.value = '';
}

/** Who got her last mail too, and would not get the answer. */
function left() {
  const there = NAMES.flatMap(chips).map(one => one.toLowerCase());
  return mails() ? way().dataset.others.split(' ').filter(one => one && !there.includes(one.toLowerCase())) : [];
}

function offer() {
  const some = left();
  const words = $('reply-all').querySelector('[data-text]');
  $('reply-all').hidden = !some.length;
  $('reply-all').title = some.join(', ');
  words.textContent = fill(words.dataset.text, {n: some.length});
}

function say() {
  offer();
  const wrong = box.querySelector('.chip-address[data-wrong]');
  $('addressed-wrong').hidden = !wrong;
  $('addressed-wrong').textContent = wrong ? fill(box.dataset.wrong, {address: wrong.dataset.address}) : '';
}

const told = () => $('composer-text').dispatchEvent(new Event('input'));

if (box) {
  acts['mail-line'] = button => {
    const {line: name} = button.dataset;
    show(name, line(name).hidden || holds(name));
    if (!line(name).hidden) line(name).querySelector('input').focus();
    told();
  };
  acts['mail-lines'] = button => { // on a phone one button is for all
    const on = button.ariaExpanded !== 'true';
    for (const name of MORE) show(name, on || holds(name));
    if (on) line('cc').querySelector('input').focus();
    told();
  };
  acts['reply-all'] = () => {
    for (const address of left()) add('cc', address);
    show('cc', true);
    $('composer-text').focus();
    told();
  };
  acts['drop-address'] = button => {
    const input = button.closest('.addressed-line').querySelector('input');
    button.closest('li').remove();
    say();
    input.focus();
    told();
  };
  box.addEventListener('keydown', event => {
    const {line: name} = event.target.closest('.addressed-line')?.dataset ?? {};
    if (!NAMES.includes(name) || event.target.tagName !== 'INPUT' || event.isComposing || event.keyCode === 229) return;
    if ([',', ';', ' '].includes(event.key) || (event.key === 'Enter' && !event.ctrlKey && !event.metaKey)) {
      event.preventDefault();
      take(name);
      told();
    } else if (event.key === 'Backspace' && !event.target.value) {
      const last = line(name).querySelector('.chips').lastElementChild;
      if (!last) return;
      last.remove();
      say();
      told();
    }
  });
  box.addEventListener('focusout', event => {
    const {line: name} = event.target.closest('.addressed-line').dataset;
    if (NAMES.includes(name)) take(name);
  });
  box.addEventListener('input', told);
  for (const name of ['way', 'kind']) document.addEventListener(`desk:${name}`, settle);
}
