// The list of guides is moved by grip and arrow keys: of those that fit alike, the first offers itself.
import {complain, ask} from '../parts/http.js';
import {ordering} from '../parts/ordering.js';

const body = document.querySelector('tbody');
const shown = () => [...body.rows].map(row => row.dataset.guide);
const hers = one => body.querySelector(`[data-guide="${one}"]`).hasAttribute('data-hers');
let kept = body ? shown() : [];
let sent = Promise.resolve(); // one after another, as they were moved

/** The moves that make `kept` of what stands here: one, but for an undo of several. */
function* moves(now) {
  const without = (some, one) => some.filter(each => each !== one).join();
  const single = now.find(one => hers(one) && without(now, one) === without(kept, one));
  for (const one of single ? [single] : now.filter(hers).reverse()) yield [one, now[now.indexOf(one) + 1] ?? ''];
}

function keep() {
  const now = shown();
  if (now.join() === kept.join()) return;
  const each = [...moves(now)];
  kept = now;
  for (const [one, before] of each) sent = sent.then(() => ask('PUT', `/settings/guides/${one}/place`, {before})).catch(complain);
}

if (body) ordering(document.getElementById('content'), {item: '[data-hers]', grip: '.move-grip', head: 'td', name: row => row.ariaLabel, keep});
