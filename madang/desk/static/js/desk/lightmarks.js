// Bold, emphasis, links, lists, quotes, code: light marks around what is selected. Pressed again, they go.
import {$, acts} from '../parts/acts.js';
import {kind} from './composer.js';
import {way} from './chosen.js';

const AROUND = {bold: '**', em: '*', code: '`'};
const LINES = {ul: () => '- ', ol: index => `${index + 1}. `, quote: () => '> '};
const LINE = /^(?:[-*•] |\d{1,4}[.)] |> ?)/;
const box = $('composer-text');

function put(text, from, to, select) {
  box.focus();
  box.setSelectionRange(from, to);
  if (!document.execCommand('insertText', false, text)) {
    box.setRangeText(text, from, to, 'end');
    box.dispatchEvent(new Event('input', {bubbles: true}));
  }
  box.setSelectionRange(...select);
}

function around(mark) {
  const {selectionStart: from, selectionEnd: to, value} = box;
  const size = mark.length;
  const words = value.slice(from, to);
  if (value.slice(from - size, from) === mark && value.slice(to, to + size) === mark) {
    return put(words, from - size, to + size, [from - size, to - size]);
  }
  put(mark + words + mark, from, to, [from + size, to + size]);
}

function lines(name) {
  const {selectionStart, selectionEnd, value} = box;
  const from = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const end = value.indexOf('\n', selectionEnd);
  const to = end < 0 ? value.length : end;
  const before = value.slice(from, to).split('\n');
  const on = before.every((line, index) => line.startsWith(LINES[name](index)));
  const text = before.map((line, index) => (on ? '' : LINES[name](index)) + line.replace(LINE, '')).join('\n');
  put(text, from, to, [from + text.length, from + text.length]);
}

function link() {
  const {selectionStart: from, selectionEnd: to, value} = box;
  const words = value.slice(from, to);
  if (/^https?:\/\/\S+$/.test(words)) return put(`[](${words})`, from, to, [from + 1, from + 1]);
  put(`[${words}](https://)`, from, to, [from + words.length + 3, from + words.length + 11]);
}

// A list goes on with the next line, and ends with an empty one.
function enter(event) {
  if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || box.selectionStart !== box.selectionEnd) return;
  const at = box.selectionStart;
  const from = box.value.lastIndexOf('\n', at - 1) + 1;
  const line = box.value.slice(from, at);
  const found = /^(?:([-•]) |(\d{1,4})([.)]) |(>) )/.exec(line);
  if (!found) return;
  event.preventDefault();
  if (line.length === found[0].length) return put('', from, at, [from, from]);
  const next = found[2] ? `\n${Number(found[2]) + 1}${found[3]} ` : `\n${found[0]}`;
  put(next, at, at, [at + next.length, at + next.length]);
}

function settle() {
  $('marks-plain').hidden = kind() === 'note' || Boolean(way() && 'html' in way().dataset);
}

/** The words as a channel without marks shows them: what stands in the bubble until the server has drawn it. */
export const plain = text => text.replace(/\[([^[\]\n]+)\]\(((?:https?:\/\/|mailto:)[^\s()]+)\)/g, '$1 ($2)').replace(/\*\*(?=\S)([^*\n]+?)\*\*/g, '$1').replace(/(?<![\w*])\*(?=[^\s*])([^*\n]+)(?<=\S)\*(?![\w*])/g, '$1');

if (box) {
  box.addEventListener('keydown', enter);
  acts.mark = ({dataset: {mark}}) => {
    if (mark === 'link') link();
    else if (AROUND[mark]) around(AROUND[mark]);
    else lines(mark);
  };
  acts.marks = () => {
    const bar = $('marks-bar');
    bar.hidden = !bar.hidden;
    $('marks-button').setAttribute('aria-expanded', String(!bar.hidden));
    if (!bar.hidden) bar.querySelector('button').focus();
    else box.focus();
  };
  for (const name of ['way', 'kind']) document.addEventListener(`desk:${name}`, settle);
}
