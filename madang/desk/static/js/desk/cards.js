// The cards beside the thread: opened and shut, in the order each person wants, and as everybody has them again.
import {$, acts} from '../parts/acts.js';
import {arrange, ordering} from '../parts/ordering.js';
import {toast} from '../parts/toast.js';
import {keepNow, keepSoon, unkept} from '../parts/wishes.js';
import {around} from './around.js';
import {fetchCards} from './card-bodies.js';
import {forgetAll} from './nav.js';

let wish = JSON.parse(unkept('cards')); // {order, open} once something was changed here

const all = () => [...document.querySelectorAll('#pcards > .pcard')];

/** As the cards stand now. Cards that are not there (no guide) keep their place among the others. */
function read() {
  const order = all().map(card => card.dataset.card);
  const gone = (wish?.order ?? []).filter(name => !order.includes(name));
  for (const name of gone) order.splice(wish.order.indexOf(name), 0, name);
  return {order, open: {...wish?.open, ...Object.fromEntries(all().map(card => [card.dataset.card, card.hasAttribute('data-open')]))}};
}

function keep() {
  wish = read();
  $('pcards-reset').hidden = false;
  keepSoon('cards', JSON.stringify(wish));
}

/** Panes that were fetched before a change come in the order of then. */
function apply() {
  if (!wish || !all().length || $('pcards').querySelector('[data-dragged]')) return;
  arrange(all(), card => wish.order.indexOf(card.dataset.card));
  for (const card of all()) if (card.dataset.card in wish.open) unfold(card, wish.open[card.dataset.card]);
  $('pcards-reset').hidden = false;
}

function unfold(card, open) {
  card.toggleAttribute('data-open', open);
  card.querySelector('.pcard-body').hidden = !open;
  card.querySelector('[data-act=card]').setAttribute('aria-expanded', String(open));
}

acts.card = button => {
  const card = button.closest('.pcard');
  unfold(card, !card.hasAttribute('data-open'));
  keep();
  fetchCards();
};

acts['cards-reset'] = async ({dataset}) => {
  const before = read();
  wish = null;
  keepSoon('cards', '');
  if (!await keepNow()) return wish = before;
  forgetAll();
  around();
  toast(dataset.said, {label: dataset.undo, act() { wish = before; apply(); fetchCards(); keepSoon('cards', JSON.stringify(wish)); }});
};

ordering($('panel'), {item: '.pcard', grip: '.pcard-grip', head: '.pcard-head', name: card => card.ariaLabel, keep});
for (const name of ['beside', 'around', 'renewed']) document.addEventListener(`desk:${name}`, apply);
apply();
