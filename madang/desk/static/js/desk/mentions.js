// Colleagues by @ in a note: a list below the caret's line, walked with the arrows. The server knows whom a note names, and
// who may see the conversation: it is asked once a note is begun.
import {$} from '../parts/acts.js';
import {ask} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {insert, kind} from './composer.js';
import {current} from './nav.js';

const box = $('composer-text');
const menu = $('mention-menu');
const AT = /(?:^|[^\w.@])@([\p{L}\p{N}]{0,30})$/u;

let of = 0; // the conversation whose colleagues stand in the menu

const options = () => [...menu.children].filter(one => !one.hidden);
const chosen = () => menu.querySelector('[aria-selected=true]');
const asked = () => (kind() === 'note' && box.selectionStart === box.selectionEnd ? AT.exec(box.value.slice(0, box.selectionStart)) : null);

async function load() {
  const cid = current();
  if (!cid || of === cid) return;
  of = cid;
  menu.replaceChildren();
  try {
    const html = await ask('GET', `/c/${cid}/colleagues`);
    if (of !== cid) return;
    menu.replaceChildren(parse(html));
    look();
  } catch {
    if (of === cid) of = 0; // the next letter asks again; a name that is written out names her too
  }
}

function look() {
  const found = asked();
  if (!found) return hide();
  if (of !== current()) load();
  const words = found[1].toLowerCase();
  for (const one of menu.children) one.hidden = !one.dataset.name.toLowerCase().includes(words);
  if (!options().length) return hide();
  menu.hidden = false;
  if (!chosen() || chosen().hidden) point(options()[0]);
}

function point(one) {
  for (const other of menu.children) other.setAttribute('aria-selected', String(other === one));
  box.setAttribute('aria-activedescendant', one.id);
  one.scrollIntoView({block: 'nearest'});
}

function hide() {
  menu.hidden = true;
  box.removeAttribute('aria-activedescendant');
}

function take(one) {
  const found = asked();
  hide();
  if (found) insert(`@${one.dataset.name} `, {before: found[1].length + 1});
}

if (menu) {
  box.addEventListener('input', look);
  box.addEventListener('blur', hide);
  document.addEventListener('desk:kind', () => {
    of = 0;
    if (kind() === 'note') load();
  });
  box.addEventListener('keydown', event => {
    if (menu.hidden || event.isComposing || event.keyCode === 229) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) point(options().at((options().indexOf(chosen()) + step) % options().length));
    else if (['Enter', 'Tab'].includes(event.key) && !event.ctrlKey && !event.metaKey) take(chosen());
    else if (event.key === 'Escape') hide();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, {capture: true});
  menu.addEventListener('mousedown', event => {
    event.preventDefault();
    const one = event.target.closest('li');
    if (one) take(one);
  });
}
