// Merging, linking and splitting from the list of conversations on a customer's page.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {around, choose, links} from '../parts/joining.js';
import {toggle} from '../parts/menu.js';
import {takeAround} from './parts.js';

let chosen = 0;
let button = ''; // whose menu it is: the page's parts are made anew

async function again() {
  try {
    takeAround(await ask('GET', location.pathname + location.search), 'said');
  } catch (error) {
    complain(error);
  }
  if (document.activeElement === document.body) ($(button) ?? $('conversations-head'))?.focus();
}

around.changed = again;

acts.talk = from => {
  chosen = Number(from.dataset.cid);
  button = from.id;
  for (const link of $('thread-menu').querySelectorAll('[data-path]')) link.href = `/c/${chosen}${link.dataset.path}`;
  toggle('thread-menu', from);
  if ($('thread-menu').matches(':popover-open')) links(chosen);
};
if ($('join')) {
  for (const verb of ['merge', 'link']) {
    acts[`${verb}-with`] = () => {
      $('thread-menu').hidePopover();
      choose(verb, chosen);
    };
  }
}
