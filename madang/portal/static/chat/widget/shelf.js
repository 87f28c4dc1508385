// What this browser keeps, in the frame's own storage: no cookies. Where storage is closed to us, memory serves until the page goes.
import {config} from './texts.js';

const prefix = `madang:${config.key}:`;
const memory = new Map(); // what could not be kept, and nothing else: what another tab has changed is true here too

export const get = (name) => {
  if (memory.has(name)) return memory.get(name);
  try {
    return JSON.parse(localStorage.getItem(prefix + name)) ?? undefined;
  } catch { /* not ours to read */ }
};

export const put = (name, value) => {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
    memory.delete(name);
  } catch { // full, or not ours to write
    memory.set(name, value);
  }
};

export const drop = (...names) => {
  for (const name of names) {
    memory.delete(name);
    try {
      localStorage.removeItem(prefix + name);
    } catch { /* nothing was there */ }
  }
};

// hear(name) when another tab of this visitor changed something.
export const watch = (hear) => addEventListener('storage', (event) => {
  if (event.key && event.key.startsWith(prefix)) hear(event.key.slice(prefix.length));
});

// One tab at a time does the work; where locks are missing, each does it and the server drops the repeats.
export const alone = (name, work) =>
  (navigator.locks ? navigator.locks.request(prefix + name, work) : Promise.resolve().then(work));
