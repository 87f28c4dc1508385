// Find conversations: the list itself shows what is found.
import {$, acts} from '../parts/acts.js';
import {show, shown} from './list.js';

const PAUSE = 180;
const box = $('search-text');
let timer = 0;

function search() {
  clearTimeout(timer);
  const q = box.value.trim();
  if (q === shown.q) return;
  show(q && !shown.q && shown.view !== 'closed' ? {q, view: 'all'} : {q});
}

box.addEventListener('input', event => {
  clearTimeout(timer);
  if (!event.isComposing) timer = setTimeout(search, PAUSE);
});
box.addEventListener('compositionend', () => { timer = setTimeout(search, PAUSE); });
box.addEventListener('keydown', event => {
  if (event.isComposing || event.key !== 'Escape' || !box.value) return;
  event.stopPropagation();
  acts['clear-search']();
});
$('search').addEventListener('submit', event => { event.preventDefault(); search(); });

acts.search = () => { $('desk').dataset.show = 'list'; box.focus(); box.select(); };
acts['clear-search'] = () => { box.value = ''; search(); box.focus(); };
