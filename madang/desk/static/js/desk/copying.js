// Out of the conversation: a link to it or to one message, and its words with who said them and when.
import {$, acts} from '../parts/acts.js';
import {write} from '../parts/clipboard.js';
import {ask, complain} from '../parts/http.js';
import {toggle} from '../parts/menu.js';
import {toast} from '../parts/toast.js';
import {current} from './nav.js';

const log = $('log');
const words = name => $('msg-menu').dataset[name];
let about = null; // the message whose menu is open

/** The message under the keyboard or the mouse, else the newest. */
function meant() {
  return document.activeElement?.closest('.msg[data-id]') ?? log.querySelector('.msg[data-id]:hover') ?? [...log.querySelectorAll('.msg[data-id]')].at(-1);
}

const chosen = () => [...log.querySelectorAll('[data-pick]:checked')].map(box => box.closest('.msg').dataset.id);

function shut() {
  for (const id of ['thread-menu', 'msg-menu']) if ($(id).matches(':popover-open')) $(id).hidePopover();
}

async function text(ids) {
  const asked = new URLSearchParams(ids.map(id => ['message', id]));
  try {
    const said = await ask('GET', `/c/${current()}/text?${asked}`);
    await write(said);
    toast(words('copied'));
  } catch (error) {
    complain(error);
  }
}

acts['msg-menu'] = button => {
  about = button.closest('.msg');
  $('msg-hide').hidden = !about.querySelector('[data-pick]');
  toggle('msg-menu', button);
};
acts['copy-link'] = async () => {
  shut();
  if (!current()) return;
  await write(`${location.origin}/c/${current()}`);
  toast(words('linked'));
};
acts['copy-message-link'] = async () => {
  shut();
  await write(`${location.origin}/c/${current()}?m=${about.dataset.id}`);
  toast(words('linked'));
};
acts['copy-message'] = button => {
  const message = button.closest('#msg-menu') ? about : meant();
  shut();
  const ids = chosen();
  if (ids.length || message) text(ids.length ? ids : [message.dataset.id]);
};
acts['copy-thread'] = () => {
  shut();
  if (current()) text(chosen());
};
acts['pick-message'] = () => {
  shut();
  about.querySelector('[data-pick]').click();
};
