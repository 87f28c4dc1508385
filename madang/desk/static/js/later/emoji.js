// The emoji picker: groups, names in Korean and English, recents, skin tones; a grid walked with the arrows.
import '../parts/base.js';
import {$, acts} from '../parts/acts.js';

const TONES = ['', '\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'];
const MOST_RECENT = 16;
const MOST_FOUND = 120;
const RECENT = 'madang.emoji.recent';
const TONE = 'madang.emoji.tone';
const list = $('emoji-list');
const words = $('emoji-words');
const korean = document.documentElement.lang === 'ko';
let rows = null;
let choose = () => {};

/** Draw it; `take` gets what is chosen. Throws when the names cannot be loaded. */
export async function show(take) {
  choose = take;
  rows ??= await (await fetch(new URL('../../vendor/emoji.json', import.meta.url))).json();
  words.value = '';
  tone();
  draw();
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch { /* a browser that keeps nothing */ }
}

const kept = () => JSON.parse(localStorage.getItem(RECENT) ?? '[]');
const toned = ([, emoji,,, tones]) => (tones ? colour(emoji) : emoji);
const own = () => TONES[Number(localStorage.getItem(TONE) ?? 0)] ?? '';
// A tone stands behind the first sign, in place of a selector of its look.
const colour = emoji => { const [first, ...rest] = [...emoji]; return own() ? first + own() + rest.join('').replace(/^\uFE0F/, '') : emoji; };
const nameOf = ([,, ko, en]) => (korean && ko) || en;

function tone() {
  $('emoji-tone').textContent = `✋${own()}`;
}

function draw() {
  const asked = words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (asked.length) return lay([['', find(asked)]]);
  const titles = list.dataset.groups.split('|');
  const recent = kept().map(emoji => rows.find(row => row[1] === emoji)).filter(Boolean);
  lay([[list.dataset.recent, recent], ...titles.map((title, group) => [title, rows.filter(row => row[0] === group)])]);
}

function find(asked) {
  const fits = row => asked.every(word => row[2].toLowerCase().includes(word) || row[3].toLowerCase().includes(word));
  const first = row => Number(!(row[2].startsWith(asked[0]) || row[3].startsWith(asked[0])));
  return rows.filter(fits).sort((one, other) => first(one) - first(other)).slice(0, MOST_FOUND);
}

function lay(groups) {
  const nodes = groups.filter(([, some]) => some.length).flatMap(([title, some]) => [...(title ? [heading(title)] : []), grid(some)]);
  list.replaceChildren(...(nodes.length ? nodes : [heading(list.dataset.none)]));
  const first = list.querySelector('button');
  if (first) first.tabIndex = 0;
  list.scrollTop = 0;
}

function heading(title) {
  const made = document.createElement('p');
  made.className = 'menu-head';
  made.textContent = title;
  return made;
}

function grid(some) {
  const made = document.createElement('div');
  made.className = 'emoji-grid';
  made.role = 'row';
  made.append(...some.map(row => {
    const button = document.createElement('button');
    Object.assign(button, {type: 'button', textContent: toned(row), tabIndex: -1, ariaLabel: nameOf(row), role: 'gridcell'});
    button.dataset.emoji = row[1];
    return button;
  }));
  return made;
}

const buttons = () => [...list.querySelectorAll('button')];

function point(button) {
  if (!button) return;
  for (const one of list.querySelectorAll('[tabindex="0"]')) one.tabIndex = -1;
  button.tabIndex = 0;
  button.focus();
}

function walk(event) {
  const all = buttons();
  const at = all.indexOf(document.activeElement);
  if (at < 0) return;
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  const rise = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!step && !rise) return;
  event.preventDefault();
  event.stopPropagation();
  if (step) return point(all[at + step]);
  const here = all[at].getBoundingClientRect();
  const ahead = rise > 0 ? all.slice(at + 1) : all.slice(0, at).reverse();
  const there = ahead.find(one => { const box = one.getBoundingClientRect(); return (box.top - here.top) * rise > 4 && Math.abs(box.left - here.left) < 8; });
  if (there || rise > 0) point(there ?? ahead.at(-1));
  else words.focus();
}

list.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) return;
  keep(RECENT, JSON.stringify([button.dataset.emoji, ...kept().filter(one => one !== button.dataset.emoji)].slice(0, MOST_RECENT)));
  choose(button.textContent);
});
for (const name of ['focusin', 'pointerover']) list.addEventListener(name, event => {
  const button = event.target.closest('button');
  if (button) $('emoji-name').textContent = button.ariaLabel.split(' ').slice(0, 8).join(' ');
});
list.addEventListener('keydown', walk);
words.addEventListener('input', draw);
words.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === 'Enter') { event.preventDefault(); list.querySelector('button')?.click(); }
  if (event.key === 'ArrowDown') { event.preventDefault(); event.stopPropagation(); point(list.querySelector('button')); }
});
acts['emoji-tone'] = () => {
  keep(TONE, String((TONES.indexOf(own()) + 1) % TONES.length));
  tone();
  draw();
};
