// A region that stays fresh: <div id="…" data-poll="5"> asks for its page again every so many seconds, while it is seen.
// What is marked data-live="key" is changed in place, so that focus and reading position stay; new rows replace all.
// It ends when the fresh region says data-poll no more.
import {ask} from './http.js';
import {parse} from './parse.js';

const live = region => new Map([...region.querySelectorAll('[data-live]')].map(one => [one.dataset.live, one]));

function renew(region, fresh) {
  const [here, there] = [live(region), live(fresh)];
  const same = here.size === there.size && [...here.keys()].every(key => there.has(key));
  if (!same) {
    if (region.contains(document.activeElement)) return false; // somebody is in it: with the next look
    region.replaceChildren(...fresh.childNodes);
    return true;
  }
  for (const [key, one] of here) {
    const other = there.get(key);
    if (one.innerHTML !== other.innerHTML) one.replaceChildren(...other.childNodes);
    for (const name of ['data-tone', 'data-nought']) {
      if (other.hasAttribute(name)) one.setAttribute(name, other.getAttribute(name));
      else one.removeAttribute(name);
    }
  }
  return true;
}

async function look(region, timer) {
  if (document.hidden || document.querySelector('dialog[open], details.reason[open]')) return;
  try {
    const fresh = parse(await ask('GET', location.pathname + location.search)).querySelector(`#${region.id}`);
    if (fresh && renew(region, fresh) && !fresh.dataset.poll) clearInterval(timer);
    region.removeAttribute('data-old');
  } catch {
    region.dataset.old = ''; // shown as such; the next look may reach the server again
  }
}

for (const region of document.querySelectorAll('[data-poll]')) {
  const timer = setInterval(() => look(region, timer), region.dataset.poll * 1000);
}
