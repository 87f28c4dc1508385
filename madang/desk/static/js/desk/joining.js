// Merging and linking the open conversation, from its menu; one that was merged away leads to where it went.
import {$, acts} from '../parts/acts.js';
import {around as page, choose, links, shut} from '../parts/joining.js';
import {toggle} from '../parts/menu.js';
import {poke} from './list.js';
import {current, forget, open} from './nav.js';
import {around} from './around.js';
import {renew} from './renew.js';

page.changed = (...conversations) => {
  conversations.forEach(forget);
  poke({now: true});
  if (conversations.includes(current())) renew();
};
page.went = cid => open(cid);
page.linked = around;

acts['thread-menu'] = button => {
  if (!current()) return;
  toggle('thread-menu', button.closest('.head') ? button : $('thread-more') ?? button);
  if ($('thread-menu').matches(':popover-open')) links(current());
};

if ($('join')) {
  for (const verb of ['merge', 'link']) {
    acts[`${verb}-with`] = () => {
      $('thread-menu').hidePopover();
      if (current()) choose(verb, current());
    };
  }
}

// Where a link leads elsewhere, the menu it stood in goes.
$('thread-menu').addEventListener('click', event => {
  if (event.target.closest('[data-act=open], [data-act=picking]')) $('thread-menu').hidePopover();
});
// What was asked for has been merged into another: that one is open now.
function elsewhere() {
  const there = Number($('head-who')?.dataset.cid);
  if (there && current() && there !== current()) open(there);
}
for (const name of ['opened', 'renewed']) document.addEventListener(`desk:${name}`, elsewhere);
document.addEventListener('desk:leaving', shut);
