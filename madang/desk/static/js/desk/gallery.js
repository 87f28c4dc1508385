// The gallery of the conversation's files is loaded when it is opened first (js/later/gallery.js); all of them as one file.
import {$, acts, word} from '../parts/acts.js';
import {toast} from '../parts/toast.js';
import {bring} from './hit.js';
import {current} from './nav.js';

async function open(link) {
  try {
    const later = await import('../later/gallery.js');
    later.gallery({current, bring}, link);
  } catch {
    toast(word('lost'), {tone: 'bad'});
  }
}

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
  if (current()) location.assign(`/c/${current()}/files.zip`);
};

// A first page that is none leaves the sign of the file it stood before.
function without(image) {
  if (image.matches?.('.paper img')) image.remove();
}
$('log').addEventListener('error', event => without(event.target), true);
for (const image of $('log').querySelectorAll('.paper img')) if (image.complete && !image.naturalWidth) without(image);
