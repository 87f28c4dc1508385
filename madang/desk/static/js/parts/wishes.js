// What a person wishes of the desk, kept soon: several changes at once, and nothing lost when she leaves in between.
import {$} from './acts.js';
import {ask, complain} from './http.js';

const PAUSE = 400; // a held key is kept at its end
const MARK = `madang.wish.${$('desk')?.dataset.me}.`; // another may sign in here after her
const waiting = new Map(); // by name, what was not sent yet
let timer = 0;
let before = Promise.resolve(); // one after another: what came last stays

/** What was wished of `name` and is not known to be kept, as JSON, or null: the page that was asked for meanwhile has it as it was. */
export const unkept = name => sessionStorage.getItem(MARK + name) || null;

/** Keep `value` (JSON; '' forgets it) as her wish `name`, with others in a moment. */
export function keepSoon(name, value) {
  try { sessionStorage.setItem(MARK + name, value); } catch { /* full: this page has it */ }
  waiting.set(name, value);
  clearTimeout(timer);
  timer = setTimeout(keepNow, PAUSE);
}

/** Keep at once what waits. Whether all of it was kept. */
export function keepNow() {
  const all = taken();
  const done = before.then(async () => {
    let good = true;
    for (const [name, value] of all) good = await put(name, value) && good;
    return good;
  });
  before = done;
  return done;
}

async function put(name, value) {
  const error = await ask('PUT', `/preferences/${name}`, {value}).then(() => null, refused => refused);
  if (error) complain(error);
  const heard = !error || (error.status && error.status !== 401); // else it is sent again when this page comes anew
  if (heard && sessionStorage.getItem(MARK + name) === value) sessionStorage.removeItem(MARK + name);
  return !error;
}

function taken() {
  clearTimeout(timer);
  const some = [...waiting];
  waiting.clear();
  return some;
}

addEventListener('pagehide', () => { for (const [name, value] of taken()) put(name, value); }); // it waits for nobody
for (const [mark, value] of Object.entries(sessionStorage)) if (mark.startsWith(MARK)) keepSoon(mark.slice(MARK.length), value);
