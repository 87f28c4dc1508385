// How somebody sends: what the button does besides, for how long she may undo; and the tools of a phone.
import {$, acts} from '../parts/acts.js';
import {shown} from '../parts/keys.js';
import {keepSoon} from '../parts/wishes.js';
import {label, send} from './composer.js';

const form = $('composer');

acts['send-as'] = button => {
  $('send-menu').hidePopover();
  send({then: button.dataset.then});
};

acts['send-wish'] = button => {
  const {then} = button.dataset;
  form.dataset.then = then === 'close' ? then : '';
  for (const other of $('send-menu').querySelectorAll('[data-act=send-wish]')) other.setAttribute('aria-checked', String(other === button));
  label();
  $('send-menu').hidePopover();
  keepSoon('send', JSON.stringify(then));
};

acts['undo-wish'] = button => {
  for (const other of button.parentElement.children) other.setAttribute('aria-pressed', String(other === button));
  keepSoon('undo', button.dataset.seconds);
};

acts.tool = button => {
  $('tools-menu').hidePopover();
  acts[button.dataset.tool]?.(form.querySelector(`[data-act="${button.dataset.tool}"]`) ?? $('send-more'));
};

for (const mark of document.querySelectorAll('.send-key')) mark.textContent = shown(mark.dataset.shown);
