// Merging and linking the open conversation, from its menu; one that was merged away leads to where it went. How they are
// joined is loaded when that menu is opened, or when somebody asks for it (js/parts/joining.js).
import {$, acts, word} from '../parts/acts.js';
import {toggle} from '../parts/menu.js';
import {toast} from '../parts/toast.js';
import {poke} from './list.js';
import {current, forget, open, wanted} from './nav.js';
import {around} from './around.js';
import {renew} from './renew.js';

let loaded = null;

/** What joins conversations; nothing, and said so, where it cannot be loaded. */
export async function joining() {
  try {
    loaded ??= await import('../parts/joining.js');
  } catch {
    return void toast(word('lost'), {tone: 'bad'});
  }
  Object.assign(loaded.around, {changed, led, went: cid => open(cid), linked: around});
  return loaded;
}

function changed(...conversations) {
  conversations.forEach(forget);
  poke({now: true});
  if (conversations.includes(current())) renew();
}

/** What was written in one that went into another goes along. */
const led = (from, into) => document.dispatchEvent(new CustomEvent('desk:led', {detail: {from, into}}));

acts['thread-menu'] = async button => {
  if (!current()) return;
  toggle('thread-menu', button.closest('.head') ? button : $('thread-more') ?? button);
  if (!$('thread-menu').matches(':popover-open')) return;
  const box = $('thread-links');
  box.textContent = box.dataset.waiting;
  const made = await joining();
  if (made) made.links(current());
  else box.textContent = box.dataset.failed;
};

if ($('join')) {
  for (const verb of ['merge', 'link']) {
    acts[`${verb}-with`] = async () => {
      $('thread-menu').hidePopover();
      const cid = current();
      const made = cid && await joining();
      if (made && cid === current()) made.choose(verb, cid);
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
  if (!there || !current() || there === current()) return;
  led(current(), there);
  if (wanted() === current()) open(there); // she may be on her way to another
}
for (const name of ['opened', 'renewed']) document.addEventListener(`desk:${name}`, elsewhere);
document.addEventListener('desk:leaving', () => loaded?.shut());
