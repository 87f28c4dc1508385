// The list: its views, more of it on scrolling, and a refresh that keeps what was scrolled to.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {current, select} from './nav.js';
import {place} from './swap.js';

const list = $('list');
const PAUSE = 200; // gathers what comes at once
export const shown = {view: $('views').firstElementChild.dataset.view, q: '', only: {}}; // only: filters of a search
let timer = 0;
let busy = false;
let dirty = false;

const address = more => shown.q
  ? '/search?' + new URLSearchParams({q: shown.q, ...shown.only, ...more})
  : '/list?' + new URLSearchParams({view: shown.view, ...more});

/** Something in the list changed: look again soon, or when the tab is looked at. */
export function poke() {
  if (document.hidden) dirty = true;
  else timer ||= setTimeout(refresh, PAUSE);
}

async function refresh() {
  timer = 0;
  if (shown.q) return; // what was found stays where it is while somebody reads it
  if (busy) { dirty = true; return; }
  busy = true;
  try {
    await place(await ask('GET', address({rows: list.querySelectorAll('.row').length})));
    settled();
  } catch { // the banner already tells that the server is away
    dirty = false;
  } finally {
    busy = false;
    if (dirty) { dirty = false; poke(); }
  }
}

/** Show another view or another search. */
export async function show(changes) {
  Object.assign(shown, changes);
  const asked = JSON.stringify(shown);
  list.ariaBusy = 'true';
  try {
    const html = await ask('GET', address({}));
    if (asked !== JSON.stringify(shown)) return;
    await place(html);
    $('list-scroll').scrollTop = 0;
    settled();
    return true;
  } catch (error) {
    complain(error);
  } finally {
    if (asked === JSON.stringify(shown)) list.ariaBusy = 'false';
  }
}

function settled() {
  select(current());
  watch();
}

acts.view = (link, event) => {
  event.preventDefault();
  for (const other of $('views').querySelectorAll('a')) other.toggleAttribute('aria-current', false);
  $(`view-${link.dataset.view}`).setAttribute('aria-current', 'true');
  document.dispatchEvent(new Event('desk:view'));
  show({view: link.dataset.view, q: ''});
};

acts.more = async () => {
  const last = $('more-rows');
  if (!last || last.dataset.busy) return;
  last.dataset.busy = 'true';
  try {
    last.replaceWith(parse(await ask('GET', address({cursor: last.dataset.cursor}))));
    settled();
  } catch (error) {
    delete last.dataset.busy;
    complain(error);
  }
};

const near = new IntersectionObserver(seen => { if (seen.some(one => one.isIntersecting && !('rest' in one.target.dataset))) acts.more(); }, {root: $('list-scroll'), rootMargin: '400px'});

function watch() {
  near.disconnect();
  if ($('more-rows')) near.observe($('more-rows'));
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && dirty) { dirty = false; poke(); }
});
watch();
