// What the head of a conversation has no room for stands in its menu, with what it says now: on phones most of it.
import {$, acts} from '../parts/acts.js';

const box = $('of-head');
const narrow = matchMedia('(width < 48rem)');

/** What each of the head's buttons says of now: until when, how urgent, whose. */
const now = {
  'snooze-button': button => ('on' in button.dataset ? $('head-who').querySelector('.pill')?.textContent : ''),
  'priority-button': button => button.title.split(':').at(-1),
  'assign-button': button => button.querySelector('span:not(.avatar)')?.textContent,
  'follow-button': button => button.dataset.names, // the head has room for how many they are, a finger reads no title
};

function fill() {
  for (const item of box.querySelectorAll('[data-of]')) {
    const {of} = item.dataset;
    const button = of && $(of);
    const tags = of === 'tags';
    if (of) item.hidden = tags ? !narrow.matches : !button || (!narrow.matches && button.checkVisibility() && !button.dataset.names);
    const said = item.querySelector('small');
    if (said) said.textContent = (tags ? $('head-who')?.dataset.tags : button ? now[of](button) : '')?.trim() ?? '';
    if (of === 'follow-button' && button) item.ariaPressed = button.ariaPressed;
  }
  box.hidden = !box.querySelector('.menu-item:not([hidden]):not(.only-phone)') && !narrow.matches;
}

$('thread-menu').addEventListener('beforetoggle', event => { if (event.newState === 'open') fill(); });

acts['of-head'] = item => {
  const button = $(item.dataset.of);
  $('thread-menu').hidePopover();
  if (button) acts[button.dataset.act](button);
};
acts['customer-sheet'] = () => {
  $('thread-menu').hidePopover();
  acts.panel();
};
