// Find in the open conversation, also in what is not loaded: the server says which messages, this one leads there and
// marks the words. Spaces do not matter, ㅎㅂ finds 환불, and a syllable that is still being typed finds what it begins.
import {$, acts, fill} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {bring} from './hit.js';
import {current} from './nav.js';

const PAUSE = 150;
const JAMO = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const FIRST = 0xac00; // 가; 588 syllables begin with each consonant, 28 with each consonant and vowel
const bar = $('find');
const box = $('find-text');
const log = $('log');
let hits = [];
let more = false;
let at = 0;
let timer = 0;
let turn = 0;
let before = null; // what had the focus

/** As the server looks (conversations/finding_in.py). */
function pattern(asked) {
  const letters = [...asked.normalize('NFC').replace(/\s+/g, '')];
  if (!letters.length) return null;
  const last = letters.length - 1;
  return new RegExp(letters.map((letter, place) => one(letter, place === last)).join('\\s*'), 'giu');
}

function one(letter, isLast) {
  const jamo = JAMO.indexOf(letter);
  if (jamo >= 0) return `[${letter}${range(FIRST + jamo * 588, 588)}]`;
  const code = letter.codePointAt(0) - FIRST;
  if (isLast && code >= 0 && code < 11_172 && code % 28 === 0) return `[${range(FIRST + code, 28)}]`;
  return letter.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

const range = (from, many) => `${String.fromCharCode(from)}-${String.fromCharCode(from + many - 1)}`;

function paint() {
  CSS.highlights?.delete('sought');
  CSS.highlights?.delete('sought-now');
  const sought = bar.hidden ? null : pattern(box.value);
  if (!sought || !hits.length || !CSS.highlights) return;
  const now = hits[at];
  const [here, there] = [[], []];
  for (const bubble of log.querySelectorAll('.msg[data-id] .bubble')) {
    const ranges = places(bubble, sought);
    (Number(bubble.closest('.msg').dataset.id) === now ? here : there).push(...ranges);
  }
  CSS.highlights.set('sought', new Highlight(...there));
  CSS.highlights.set('sought-now', new Highlight(...here));
}

function places(bubble, sought) {
  const made = [];
  const texts = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (const match of node.data.matchAll(sought)) {
      const range = new Range();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      made.push(range);
    }
  }
  return made;
}

function say() {
  const asked = box.value.trim();
  const words = more ? bar.dataset.more : bar.dataset.at;
  $('find-count').textContent = !asked ? '' : hits.length ? fill(words, {n: at + 1, all: hits.length}) : bar.dataset.none;
}

async function look() {
  const mine = ++turn;
  const cid = current();
  const asked = box.value.trim();
  let found = {ids: [], more: false};
  try {
    if (asked) found = JSON.parse(await ask('GET', `/c/${cid}/find?` + new URLSearchParams({q: asked})));
  } catch (error) {
    return complain(error);
  }
  if (mine !== turn || cid !== current()) return;
  hits = found.ids;
  more = found.more;
  at = 0;
  await go();
}

async function go() {
  say();
  if (hits.length) await bring(current(), hits[at]);
  paint();
}

function step(by) {
  if (!hits.length) return;
  at = (at + by + hits.length) % hits.length;
  go();
}

function close() {
  if (bar.hidden) return;
  bar.hidden = true;
  hits = [];
  paint();
  (before?.isConnected ? before : $('log-scroll')).focus({preventScroll: true});
}

acts.find = () => {
  if ($('thread-menu').matches(':popover-open')) $('thread-menu').hidePopover();
  if (!current()) return;
  if (bar.hidden) before = document.activeElement;
  bar.hidden = false;
  box.focus();
  box.select();
  if (box.value.trim()) look();
};
acts['find-next'] = () => step(1); // the hits run from the newest back
acts['find-prev'] = () => step(-1);
acts['find-close'] = close;

box.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
bar.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === 'Escape') {
    event.stopPropagation();
    close();
  } else if (event.key === 'Enter' && event.target === box) {
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  }
});
document.addEventListener('desk:leaving', () => { bar.hidden = true; hits = []; box.value = ''; paint(); });
new MutationObserver(() => { if (hits.length) paint(); }).observe(log, {childList: true});
