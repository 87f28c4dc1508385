// A short word at the bottom, with one thing to do about it.
import {$, copyOf} from './acts.js';

const SHORT = 4_000;
const WITH_BUTTON = 8_000;

/** Show `text`; `act` runs when its button `label` is pressed. Stays until then when `stay`. */
export function toast(text, {tone = '', label = '', act = null, stay = false} = {}) {
  const box = copyOf('tpl-toast').firstElementChild;
  box.dataset.tone = tone;
  box.querySelector('span').textContent = text;
  if (act) box.append(button(label, act, box));
  stand($('toasts'));
  $('toasts').replaceChildren(box);
  if (!stay) setTimeout(() => box.remove(), act ? WITH_BUTTON : SHORT);
  return box;
}

// A dialog lies over all of the page: what is said stands in it, else nobody sees or hears it. On a phone what opens lies over its foot.
function stand(toasts) {
  const place = document.querySelector('dialog[open]') ?? document.body;
  if (toasts.parentElement !== place) place.append(toasts);
  lift();
}
const lift = () => $('toasts').toggleAttribute('data-above', Boolean(document.querySelector('[popover]:popover-open')));
document.addEventListener('toggle', lift, true);
document.addEventListener('close', ({target}) => { if (target.contains($('toasts'))) document.body.append($('toasts')); }, true);

function button(label, act, box) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = label;
  made.addEventListener('click', () => { box.remove(); act(); });
  return made;
}
