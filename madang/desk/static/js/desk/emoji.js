// Emoji: the picker and its names are loaded when it is opened for the first time.
import {$, acts} from '../parts/acts.js';
import {toast} from '../parts/toast.js';
import {toggle} from '../parts/menu.js';
import {insert} from './composer.js';

let picker = null;

acts.emoji = async button => {
  toggle('emoji-menu', button.id ? button : $('emoji-button'));
  if (!$('emoji-menu').matches(':popover-open')) return;
  $('emoji-words').focus();
  try {
    picker ??= await import($('emoji-menu').dataset.src);
    await picker.show(emoji => {
      $('emoji-menu').hidePopover();
      insert(emoji);
    });
  } catch {
    picker = null;
    $('emoji-menu').hidePopover();
    toast($('emoji-list').dataset.failed, {tone: 'bad'});
  }
};
