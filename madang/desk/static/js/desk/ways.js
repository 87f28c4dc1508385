// By which channel the answer goes: the server names the best one, the agent may choose another.
import {$, acts, fill, word} from '../parts/acts.js';
import {toggle} from '../parts/menu.js';
import {chosen, way} from './chosen.js';
import {kind} from './composer.js';
import {current} from './nav.js';
import {template} from './templates.js';

const form = $('composer');
const box = $('composer-text');
/** The mark and name of the channel, to be drawn in a bubble. */
export const mark = () => $('via')?.querySelector('.mark')?.cloneNode(true);

const needsTemplate = one => 'needsTemplate' in one.dataset && !template();

/** Whether what is written can be sent. */
export const reachable = () => kind() === 'note' || Boolean(way() && !needsTemplate(way()) && !('shut' in way().dataset));

/** Whether an answer where everybody reads goes to her alone. */
export const alone = () => kind() === 'reply' && Boolean(way() && 'alone' in way().dataset) && $('why-private').ariaPressed === 'true';

const apart = new Set(); // conversations whose answers go to the customer alone

/** Whether she wants that here, also while she writes a note or by a channel that nobody else reads. */
export const secluded = () => apart.has(current());

/** Let what is written here go to the customer alone, or to everybody. */
export function seclude(on) {
  if (on === secluded()) return;
  apart[on ? 'add' : 'delete'](current());
  settle();
}

acts.private = () => {
  seclude(!secluded());
  box.dispatchEvent(new Event('input')); // it is part of the draft
};

function settle() {
  if (!box) return;
  $('why-private').ariaPressed = String(secluded());
  const one = way();
  for (const other of form.querySelectorAll('.way')) other.setAttribute('aria-checked', String(other === one));
  if (one) $('via').querySelector('.via-now').replaceChildren(one.querySelector('.mark').cloneNode(true), name(one));
  box.placeholder = kind() === 'note' ? box.dataset.note : one?.dataset.placeholder ?? '';
  why(one);
  count();
  $('templates-button').hidden = !(one && 'templates' in one.dataset);
  document.dispatchEvent(new CustomEvent('desk:way'));
}

function name(one) {
  const made = document.createElement('span');
  made.className = 'via-name';
  made.textContent = one.dataset.name;
  return made;
}

function why(one) {
  const line = $('composer-why');
  const says = $('ways-data')?.dataset ?? {};
  const closed = Boolean(one) && needsTemplate(one);
  const words = closed ? fill('templates' in one.dataset ? says.needs : says.shut, {name: one.dataset.name})
    : one ? (template() ? '' : one.dataset.why) || ('public' in one.dataset ? (alone() ? says.alone : says.public) : '') : says.none ?? '';
  line.firstElementChild.textContent = words;
  line.hidden = !words || kind() === 'note';
  $('why-template').hidden = !(closed && 'templates' in one.dataset);
  $('why-other').hidden = !((closed || (one && 'shut' in one.dataset)) && form.querySelectorAll('.way').length > 1);
  $('why-private').hidden = !(one && 'alone' in one.dataset);
  $('composer-send').disabled = !reachable();
}

function count() {
  const limit = Number(way()?.dataset.limit ?? 0);
  const left = limit - length(box.value);
  const near = kind() === 'reply' && limit && left < limit * .1 && left < 200;
  const bytes = kind() === 'reply' && box.value && inBytes(); // of these the price depends, long before the limit
  $('composer-count').hidden = !near && !bytes;
  $('composer-count').toggleAttribute('data-over', left < 0);
  $('composer-count').textContent = bytes ? fill($('ways-data').dataset.bytes, {n: limit - left, most: limit})
    : near ? word(left < 0 ? 'over' : 'left', {n: Math.abs(left)}) : '';
}

// Of CP949 every letter outside ASCII takes two bytes: close enough while one writes, the preview counts exactly.
const inBytes = () => way()?.dataset.encoding === 'cp949';

function length(text) {
  if (!inBytes()) return text.length;
  return [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) < 128 ? 1 : 2), 0);
}

acts.way = button => {
  chosen.set(current(), button.dataset.way);
  $('ways-menu').hidePopover();
  settle();
  box.focus();
};
acts['other-way'] = () => toggle('ways-menu', $('via'));

for (const event of ['opened', 'around', 'kind', 'template']) document.addEventListener(`desk:${event}`, settle);
if (box) document.addEventListener('desk:text', count);
if (current()) settle();
