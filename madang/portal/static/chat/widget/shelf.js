// What this browser keeps, in the frame's own storage: no cookies. Where storage is closed to us, memory serves until the page goes.
import {config} from './texts.js';

const prefix = `madang:${config.key}:`;
const memory = new Map();

export const get = (name) => {
  try {
    const said = localStorage.getItem(prefix + name);
    return said === null ? memory.get(name) : JSON.parse(said);
  } catch {
    return memory.get(name);
  }
};

export const put = (name, value) => {
  memory.set(name, value);
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch { /* full, or not ours to write */ }
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
