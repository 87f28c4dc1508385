// Find messages and customers: what is found stands in the place of the list, as it is typed.
import {$, acts} from '../parts/acts.js';
import {ask} from '../parts/http.js';
import {show, shown} from './list.js';
import * as recent from './recent.js';

const PAUSE = 180;
const CATCH_UP = 2_000; // until it is asked again while the index is behind
const REST = 450; // a syllable that nobody has gone on with for so long is what was meant
const form = $('search');
const box = $('search-text');
const filters = $('search-filters');
const list = $('list');
let timer = 0;
let warm = 0;
let under = null; // the search whose answer is on its way

const chosen = () => Object.fromEntries([...new FormData(form)].filter(([name, value]) => name !== 'q' && value));

/** Search now for what is in the box; says whether what is shown is the answer to it. */
async function search() {
  clearTimeout(timer);
  const q = box.value.trim();
  const only = q ? chosen() : {};
  filters.hidden = !q;
  $('list-pane').toggleAttribute('data-searching', Boolean(q));
  if (q === shown.q && JSON.stringify(only) === JSON.stringify(shown.only)) return under ?? true;
  if (!q) {
    $('search-told').textContent = '';
    recent.draw();
  }
  const mine = under = show({q, only});
  const done = await mine;
  if (under === mine) under = null;
  if (done && $('found-behind')) timer = setTimeout(again, CATCH_UP);
  return done;
}

/** What is being indexed is found as soon as it is, unless somebody is already among the rows. */
async function again() {
  if (shown.q !== box.value.trim() || list.contains(document.activeElement)) return;
  await show({});
  if ($('found-behind')) timer = setTimeout(again, CATCH_UP);
}

const soon = pause => { clearTimeout(timer); timer = setTimeout(search, pause); };

box.addEventListener('input', event => soon(event.isComposing ? REST : PAUSE));
box.addEventListener('compositionend', () => soon(PAUSE));
box.addEventListener('focus', () => {
  recent.draw();
  if (performance.now() - warm < 60_000 && warm) return;
  warm = performance.now();
  ask('GET', '/search/warmth').catch(() => {});
});
box.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === 'Escape' && box.value) {
    event.stopPropagation();
    acts['clear-search']();
  } else if (event.key === 'ArrowDown' && box.value.trim()) {
    event.preventDefault();
    search().then(() => rows()[0]?.focus());
  }
});
form.addEventListener('submit', async event => {
  event.preventDefault();
  const q = box.value.trim();
  if (q && await search() && q === box.value.trim()) rows()[0]?.click();
});
filters.addEventListener('change', event => {
  event.target.closest('.chip').toggleAttribute('data-on', event.target.type === 'checkbox' ? event.target.checked : Boolean(event.target.value));
  search();
});

const rows = () => [...list.querySelectorAll('a.row')];

list.addEventListener('keydown', event => {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  const all = rows();
  const at = all.indexOf(event.target.closest('a.row'));
  if (event.key === 'Escape' && shown.q) {
    event.stopPropagation();
    acts.search();
  }
  if (!step || at < 0) return;
  event.preventDefault();
  if (at + step < 0 && shown.q) box.focus();
  else all[at + step]?.focus();
});
list.addEventListener('click', event => {
  if (shown.q && event.target.closest('a.row')) recent.keep(shown.q);
});

function unfilter() {
  for (const field of filters.elements) {
    if (field.type === 'checkbox') field.checked = false;
    else if (field.matches('select')) field.value = '';
    field.closest('.chip')?.removeAttribute('data-on');
  }
}

acts.search = () => { $('desk').dataset.show = 'list'; box.focus(); box.select(); };
acts['search-for'] = button => { box.value = button.dataset.q; box.focus(); search(); };
acts['clear-search'] = () => { box.value = ''; unfilter(); search(); box.focus(); };
acts['clear-filters'] = () => { unfilter(); search(); box.focus(); };
acts['forget-searches'] = () => { recent.forget(); box.focus(); };
document.addEventListener('desk:view', () => {
  box.value = '';
  unfilter();
  filters.hidden = true;
  $('list-pane').removeAttribute('data-searching');
});
if (box.value) search();
