// By which channel the answer goes: the server names the best one, the agent may choose another.
import {$, acts, word} from '../parts/acts.js';
import {kind} from './composer.js';
import {current} from './nav.js';

const form = $('composer');
const box = $('composer-text');
const chosen = new Map(); // conversation → channel, for this visit

const option = () => form.querySelector(`.way[data-way="${chosen.get(current())}"]`) ?? form.querySelector('.way[aria-checked=true]');

/** The channel's number as the server takes it, '' for the best one. */
export const channel = () => (kind() === 'reply' ? option()?.dataset.way ?? '' : '');

/** The mark and name of the channel, to be drawn in a bubble. */
export const mark = () => $('via')?.querySelector('.mark')?.cloneNode(true);

/** Whether anything can be sent. */
export const reachable = () => kind() === 'note' || Boolean(option());

function settle() {
  if (!box) return;
  const way = option();
  for (const other of form.querySelectorAll('.way')) other.setAttribute('aria-checked', String(other === way));
  if (way) $('via').querySelector('.via-now').replaceChildren(way.querySelector('.mark').cloneNode(true), name(way));
  box.placeholder = kind() === 'note' ? box.dataset.note : way?.dataset.placeholder ?? '';
  why(way);
  mail(way);
  count();
}

/** Who else gets the mail; '' where the channel knows no copies. */
export const copies = () => (kind() === 'reply' && !$('cc-line').hidden ? $('composer-cc').value.trim() : '');

acts.cc = () => {
  const line = $('cc-line');
  line.hidden = !line.hidden;
  $('cc-button').setAttribute('aria-expanded', String(!line.hidden));
  (line.hidden ? box : $('composer-cc')).focus();
};

function mail(way) {
  const knows = kind() === 'reply' && way?.dataset.mail === 'true';
  $('cc-button').hidden = !knows;
  if (!knows) $('cc-line').hidden = true;
}

function name(way) {
  const made = document.createElement('span');
  made.className = 'via-name';
  made.textContent = way.dataset.name;
  return made;
}

function why(way) {
  const line = $('composer-why');
  const text = way ? way.dataset.why : $('ways-data')?.dataset.none ?? '';
  line.textContent = text;
  line.hidden = !text || kind() === 'note';
  $('composer-send').disabled = !reachable();
}

function count() {
  const limit = Number(option()?.dataset.limit ?? 0);
  const left = limit - box.value.length;
  const near = kind() === 'reply' && limit && left < limit * .1 && left < 200;
  $('composer-count').hidden = !near;
  $('composer-count').toggleAttribute('data-over', left < 0);
  $('composer-count').textContent = near ? word(left < 0 ? 'over' : 'left', {n: Math.abs(left)}) : '';
}

acts.way = button => {
  chosen.set(current(), button.dataset.way);
  $('ways-menu').hidePopover();
  settle();
  box.focus();
};

document.addEventListener('desk:opened', () => {
  if (!box) return;
  $('cc-line').hidden = true;
  $('composer-cc').value = '';
});
for (const name of ['opened', 'around', 'kind']) document.addEventListener(`desk:${name}`, settle);
if (box) document.addEventListener('desk:text', count);
if (current()) settle();
