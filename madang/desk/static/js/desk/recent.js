// What somebody looked for lately. It stays in this browser, for this person only.
import {$, copyOf} from '../parts/acts.js';

const MOST = 6;
const NAME = `madang-searches-${$('search').dataset.me}`;

function all() {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? '[]');
    return Array.isArray(kept) ? kept.filter(one => typeof one === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** Remember a search that led somewhere. */
export function keep(q) {
  try {
    localStorage.setItem(NAME, JSON.stringify([q, ...all().filter(one => one !== q)].slice(0, MOST)));
  } catch { /* a browser that keeps nothing */ }
}

/** Forget them all. */
export function forget() {
  localStorage.removeItem(NAME);
  draw();
}

/** Show them under the empty box. */
export function draw() {
  const some = all();
  $('search-recent').hidden = !some.length;
  $('search-recent').querySelector('ul').replaceChildren(...some.map(item));
}

function item(q) {
  const made = copyOf('tpl-recent').firstElementChild;
  const button = made.querySelector('button');
  button.dataset.q = q;
  button.querySelector('span').textContent = q;
  return made;
}
