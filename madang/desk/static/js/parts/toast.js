// A short word at the bottom, with one thing to do about it. What can be undone stands its time, whatever is said after it.
import {$, copyOf, word} from './acts.js';

const SHORT = 4_000;
const WITH_BUTTON = 8_000;
const MOST = 3; // with a button, one above the other
const LOOK_AGAIN = 1_000; // while a hand is on them

/** Show `text`; `act` runs when its button `label` is pressed. Stays until then when `stay`. */
export function toast(text, {tone = '', label = '', act = null, stay = false} = {}) {
  const toasts = $('toasts');
  const box = copyOf('tpl-toast').firstElementChild;
  box.dataset.tone = tone;
  box.querySelector('span').textContent = text;
  const before = [...toasts.children];
  const keep = before.filter(one => one.querySelector('button') && !(stay && one.textContent === text + label)).slice(act ? 1 - MOST : -MOST);
  for (const one of before) if (!keep.includes(one)) one.remove();
  if (act) box.append(button(label, act, box));
  stand(toasts);
  toasts.append(box);
  if (!stay) setTimeout(wither, act ? WITH_BUTTON : SHORT, box);
  return box;
}

// Not under the hand: it would be pressed a moment too late.
function wither(box) {
  if ($('toasts').matches(':hover, :focus-within')) setTimeout(wither, LOOK_AGAIN, box);
  else box.remove();
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
  if (label === word('undo')) Object.assign(made.dataset, {key: 'z', label});
  made.addEventListener('click', () => { box.remove(); act(); });
  return made;
}
