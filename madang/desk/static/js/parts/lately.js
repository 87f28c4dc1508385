// What somebody did from the palette lately, and which conversations she opened: labels of our own and numbers, never
// a customer's name. It stays in this browser, for this person.
import {$} from './acts.js';

const MOST = 8;
const name = what => `madang-lately-${what}-${$('palette-list')?.dataset.me}`;

function read(what) {
  try {
    const kept = JSON.parse(localStorage.getItem(name(what)) ?? '[]');
    return Array.isArray(kept) ? kept.slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function write(what, one) {
  try {
    localStorage.setItem(name(what), JSON.stringify([one, ...read(what).filter(other => other !== one)].slice(0, MOST)));
  } catch { /* a browser that keeps nothing */ }
}

/** Labels, the latest first. */
export const lately = () => read('done').filter(one => typeof one === 'string');

/** Numbers of conversations, the latest first. */
export const talks = () => read('talks').filter(Number.isSafeInteger);

/** This was done. */
export const keep = label => write('done', label);

document.addEventListener('desk:opened', ({detail}) => setTimeout(write, 500, 'talks', detail.cid)); // after the paint
