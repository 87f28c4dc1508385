// The gallery of the conversation's files is loaded when it is opened first (js/later/gallery.js); all of them as one file.
import {$, acts, word} from '../parts/acts.js';
import {toast} from '../parts/toast.js';
import {bring} from './hit.js';
import {current} from './nav.js';

async function later(does) {
  try {
    does(await import('../later/gallery.js'));
  } catch {
    toast(word('lost'), {tone: 'bad'});
  }
}

const open = link => later(made => made.gallery({current, bring}, link));

acts.picture = (link, event) => {
  event.preventDefault();
  open(link);
};
acts.gallery = () => {
  if ($('thread-menu').matches(':popover-open')) $('thread-menu').hidePopover();
  if (current()) open();
};
acts['download-all'] = () => {
  $('thread-menu').hidePopover();
  const cid = current();
  if (cid) later(made => made.download(cid));
};

// A first page that is none leaves the sign of the file it stood before.
function without(image) {
  if (image.matches?.('.paper img')) image.remove();
}
$('log').addEventListener('error', event => without(event.target), true);
for (const image of $('log').querySelectorAll('.paper img')) if (image.complete && !image.naturalWidth) without(image);
