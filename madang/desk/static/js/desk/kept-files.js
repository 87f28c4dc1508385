// Files that are not at the server yet, kept in this browser: neither a reload nor a closed browser loses them.
import {$} from '../parts/acts.js';

const PATIENCE = 3_000;
const OLD = 30 * 86_400_000; // nobody comes back for these
const held = new Map(); // id → {id, cid, file, at, kept}: of this page, and what an earlier one has left
let opened = null;

function base() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(`madang.files.${$('desk').dataset.me}`, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('file', {keyPath: 'id'});
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function inside(mode, act) {
  const store = await base();
  return new Promise((resolve, reject) => {
    const work = store.transaction('file', mode);
    const asked = act(work.objectStore('file'));
    work.oncomplete = () => resolve(asked.result);
    work.onabort = () => reject(work.error);
  });
}

/** Keep it. The record's `kept` says whether that worked: not where the storage is full or forbidden. */
export function keep(id, cid, file) {
  const record = {id, cid, file, at: Date.now()};
  const done = inside('readwrite', store => store.put(record)).then(() => true, () => false);
  const never = new Promise(resolve => setTimeout(resolve, PATIENCE, false)); // some browsers never answer
  const kept = Promise.race([done, never]);
  held.set(id, {...record, kept});
}

/** Whether it would be there after a reload. */
export const isKept = id => held.get(id)?.kept ?? Promise.resolve(false);

/** The file itself; nothing when it is not here. */
export async function find(id) {
  if (!held.has(id)) await left;
  return held.get(id)?.file;
}

/** Those of a conversation, the oldest first. */
export const of = cid => [...held.values()].filter(one => one.cid === cid).sort((one, other) => one.at - other.at);

/** It is at the server, or not wanted any more. */
export function forget(id) {
  if (held.delete(id)) inside('readwrite', store => store.delete(id)).catch(() => {});
}

/** What an earlier page has left here is known once this has ended. */
export const left = inside('readonly', store => store.getAll()).then(some => {
  for (const one of some) if (!held.has(one.id)) held.set(one.id, {...one, kept: Promise.resolve(true)});
  for (const one of some) if (Date.now() - one.at > OLD) forget(one.id);
}, () => {}); // forbidden: each file says so when it has to wait
