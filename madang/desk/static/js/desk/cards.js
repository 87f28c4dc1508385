// The cards beside the thread: opened and shut, moved by mouse, finger and arrow keys, and each person's order is kept.
import {$, acts, fill} from '../parts/acts.js';
import {tell} from '../parts/http.js';
import {fetchCards} from './card-bodies.js';

const panel = $('panel');
const PAUSE = 400; // several moves are kept at once
let wish = null; // {order, open} once something was changed here
let timer = 0;

const box = () => $('pcards');
const all = () => [...(box()?.querySelectorAll(':scope > .pcard') ?? [])];
const cardOf = node => node.closest('.pcard');
const title = card => card.getAttribute('aria-label');

/** As the cards stand now. Cards that are not there (no guide) keep their place among the others. */
function read() {
  const order = all().map(card => card.dataset.card);
  const gone = (wish?.order ?? []).filter(name => !order.includes(name));
  for (const name of gone) order.splice(wish.order.indexOf(name), 0, name);
  const open = {...wish?.open, ...Object.fromEntries(all().map(card => [card.dataset.card, card.hasAttribute('data-open')]))};
  wish = {order, open};
  clearTimeout(timer);
  timer = setTimeout(() => tell('POST', '/preferences/cards', {value: JSON.stringify(wish)}), PAUSE);
}

/** Panes that were fetched before a change come in the order of then. */
function apply() {
  if (!wish || !box()) return;
  const place = card => wish.order.indexOf(card.dataset.card);
  const sorted = all().sort((one, other) => place(one) - place(other));
  if (sorted.some((card, at) => card !== all()[at])) box().append(...sorted);
  for (const card of all()) if (card.dataset.card in wish.open) unfold(card, wish.open[card.dataset.card]);
}

function unfold(card, open) {
  card.toggleAttribute('data-open', open);
  card.querySelector('.pcard-body').hidden = !open;
  card.querySelector('[data-act=card]').setAttribute('aria-expanded', String(open));
}

acts.card = button => {
  const card = cardOf(button);
  unfold(card, !card.hasAttribute('data-open'));
  read();
  fetchCards();
};

const say = (words, card) => {
  const values = {name: title(card), place: all().indexOf(card) + 1, all: all().length};
  $('pcards-said').textContent = fill($('pcards-said').dataset[words], values);
};

function step(grip, by) {
  const card = cardOf(grip);
  const other = by < 0 ? card.previousElementSibling : card.nextElementSibling;
  if (!other) return say('kept', card);
  other[by < 0 ? 'before' : 'after'](card);
  grip.focus();
  card.scrollIntoView({block: 'nearest'});
  say('moved', card);
  read();
}

panel.addEventListener('keydown', event => {
  const by = {ArrowUp: -1, ArrowDown: 1}[event.key];
  if (!by || event.isComposing || event.keyCode === 229 || !event.target.matches('.pcard-grip')) return;
  event.preventDefault();
  event.stopPropagation();
  step(event.target, by);
});

// By mouse or finger: the card goes where the pointer is, and Escape puts it back.
panel.addEventListener('pointerdown', event => {
  const grip = event.target.closest('.pcard-grip');
  if (!grip || event.button) return;
  const card = cardOf(grip);
  const after = card.nextElementSibling;
  const listening = new AbortController();
  const {signal} = listening;
  const done = back => {
    listening.abort();
    delete card.dataset.dragged;
    if (back) box().insertBefore(card, after);
    else if (card.nextElementSibling !== after) { say('moved', card); read(); }
  };
  event.preventDefault();
  grip.focus({preventScroll: true});
  grip.setPointerCapture(event.pointerId);
  card.dataset.dragged = '';
  grip.addEventListener('pointermove', move => carry(card, move.clientY), {signal});
  grip.addEventListener('pointerup', () => done(false), {signal});
  grip.addEventListener('pointercancel', () => done(true), {signal});
  grip.addEventListener('keydown', key => { if (key.key === 'Escape') { key.stopPropagation(); done(true); } }, {signal});
});

function carry(card, y) {
  const others = all().filter(one => one !== card);
  const next = others.find(one => { const at = one.querySelector('.pcard-head').getBoundingClientRect(); return y < at.top + at.height / 2; });
  if (next ? card.nextElementSibling !== next : card !== box().lastElementChild) box().insertBefore(card, next ?? null);
}

for (const name of ['opened', 'around', 'renewed']) document.addEventListener(`desk:${name}`, apply);
