// Write: reply or note, and off it goes. What is written here is never swapped away.
import {$, acts} from '../parts/acts.js';
import {toast} from '../parts/toast.js';
import {current, open, neighbour} from './nav.js';

const form = $('composer');
const box = $('composer-text');

/** "reply" or "note". */
export const kind = () => form.dataset.kind;

/** Switch between reply and note. */
export function setKind(name) {
  form.dataset.kind = name;
  for (const tab of form.querySelectorAll('.tab')) tab.setAttribute('aria-pressed', String(tab.dataset.kind === name));
  label();
  document.dispatchEvent(new CustomEvent('desk:kind'));
}

/** What the button says: sending, closing with it, or keeping a note. */
export function label() {
  const words = $('composer-send').querySelector('[data-reply]');
  words.textContent = words.dataset[kind() === 'note' ? 'note' : form.dataset.then || 'reply'];
}

/** What is written, put in place of what was. */
export function setText(text) {
  box.value = text;
  grow();
  document.dispatchEvent(new CustomEvent('desk:text'));
}

/** Put `text` where the caret is, in place of what is selected or of the `before` letters in front of it. ⌘Z undoes it. */
export function insert(text, {before = 0} = {}) {
  box.focus();
  if (before) box.setSelectionRange(box.selectionStart - before, box.selectionEnd);
  // The only way by which the browser's own undo keeps what stood there before.
  if (document.execCommand('insertText', false, text)) return;
  box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
  box.dispatchEvent(new Event('input', {bubbles: true}));
}

/** Send what is written. `then`: "", "close" or "snooze" (`until`); `later`: when it is to leave (ISO 8601). */
export function send(how = {}) {
  if (!box.readOnly) document.dispatchEvent(new CustomEvent('desk:send', {detail: how}));
}

function grow() {
  if (CSS.supports('field-sizing', 'content')) return;
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 288)}px`;
}

function pressed(event) {
  if (event.isComposing || event.keyCode === 229) return event.stopPropagation();
  if (event.defaultPrevented) return;
  if (event.key === 'Escape') box.blur();
  // Shift and Alt beside Enter are no letters: read here, whoever else listens.
  if (event.code !== 'Enter' || !(event.ctrlKey || event.metaKey) || !(event.shiftKey || event.altKey)) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.altKey) acts['send-snooze']?.($('send-more'));
  else send({then: 'close'});
}

if (box) {
  box.addEventListener('input', () => {
    grow();
    document.dispatchEvent(new CustomEvent('desk:text'));
  });
  box.addEventListener('paste', ({clipboardData}) => { // the browser cuts without a word
    const stays = box.value.length - (box.selectionEnd - box.selectionStart);
    if (stays + clipboardData.getData('text').length > box.maxLength) toast(box.dataset.cut);
  });
  box.addEventListener('keydown', pressed);
  form.addEventListener('submit', event => {
    event.preventDefault();
    send({then: form.dataset.then});
  });
  // Between two conversations nothing can be written: it would reach the one that is being left.
  document.addEventListener('desk:leaving', () => { box.readOnly = true; });
  for (const name of ['opened', 'stayed']) document.addEventListener(`desk:${name}`, () => { box.readOnly = false; });
  acts.kind = tab => {
    if (!current()) return open(neighbour(1));
    setKind(tab.dataset.kind);
    box.focus();
  };
  label();
}
