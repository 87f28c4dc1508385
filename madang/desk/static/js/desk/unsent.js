// What was sent and has no answer yet, kept in this browser: one entry each, so that two tabs do not forget each other's.
import {$} from '../parts/acts.js';

const PLACE = `madang.outbox.${$('desk').dataset.me}.`;

/** key → what is to be sent, in the order in which it was written. */
export const items = new Map(load().map(item => [item.key, item]));

function load() {
  try {
    adopt();
  } catch {
    // full: it stays where it is
  }
  return names().map(read).filter(item => item?.key).sort((one, other) => one.at - other.at);
}

function names() {
  try {
    return Object.keys(localStorage).filter(name => name.startsWith(PLACE));
  } catch {
    return [];
  }
}

// One that cannot be read does not hide the others.
function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

// All in one entry, as it was kept before.
function adopt() {
  const name = PLACE.slice(0, -1);
  for (const item of JSON.parse(localStorage.getItem(name) ?? '[]')) localStorage.setItem(PLACE + item.key, JSON.stringify(item));
  localStorage.removeItem(name);
}

/** Keep it as it is now. `unkept` is so where the storage is full or forbidden: then only this page has it. */
export function save(item) {
  items.set(item.key, item);
  const {unkept, ...kept} = item;
  try {
    localStorage.setItem(PLACE + item.key, JSON.stringify(kept));
    delete item.unkept;
  } catch {
    item.unkept = true;
  }
}

/** It has arrived, or is not to go. */
export function forget(key) {
  items.delete(key);
  localStorage.removeItem(PLACE + key);
}

/** What another tab has seen to is told to `gone`. */
export function whenGone(gone) {
  addEventListener('storage', ({key, newValue}) => {
    const item = newValue === null && key?.startsWith(PLACE) && items.get(key.slice(PLACE.length));
    if (item && items.delete(item.key)) gone(item);
  });
}

/** Whether a file goes with one of them. */
export const carries = id => [...items.values()].some(item => item.files.some(file => file.id === id));
