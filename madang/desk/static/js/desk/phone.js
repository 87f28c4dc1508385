// On a phone the back gesture goes from the panel to the conversation, and from there to the list.
import {$, acts} from '../parts/acts.js';
import {current} from './nav.js';

const narrow = matchMedia('(width < 48rem)');
const desk = $('desk');
const list = acts.back;

const led = performance.getEntriesByType('navigation')[0]?.type === 'navigate'; // not loaded again
if (led && narrow.matches && current()) { // from outside: behind it lies the list
  const {href} = location;
  history.replaceState({cid: 0}, '', `/${desk.dataset.query ?? ''}`);
  history.pushState({cid: current()}, '', href);
}

acts.back = button => {
  if (narrow.matches && history.state?.cid) history.back();
  else list(button);
};

let leads = false; // from the sheet to another conversation: that takes its place, and nothing goes back
document.addEventListener('desk:leaving', () => { leads = Boolean(history.state?.panel); });
for (const name of ['opened', 'stayed']) document.addEventListener(`desk:${name}`, () => { leads = false; });

new MutationObserver(() => {
  if (!narrow.matches) return;
  const over = desk.dataset.show === 'panel';
  if (over && !history.state?.panel) history.pushState({cid: current(), panel: true}, '');
  if (!over && history.state?.panel && !leads) history.back();
}).observe(desk, {attributes: true, attributeFilter: ['data-show']});
