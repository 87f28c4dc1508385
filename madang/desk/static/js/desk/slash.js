// Macros under `/`: a list above the composer while one goes on writing, what the marked one would do beside it.
import {$, acts} from '../parts/acts.js';
import {complain} from '../parts/http.js';
import {composer as box, offer, outlook, use} from './macros.js';
import {fits} from '../parts/hangul.js';
import {current} from './nav.js';

const slash = $('slash');
const list = $('slash-list');
const find = $('slash-text');
const look = $('slash-look');
const MOST = 40; // characters after the slash: what is longer is no name
const PAUSE = 60;
let at = -1; // where the slash stands in the text, -1 when the list was opened by its button
let turn = 0;
let timer = 0;
let pressed = null; // Enter, before there was a list: what it finds first is taken

const isOpen = () => !slash.hidden;
const items = () => [...list.querySelectorAll('.slash-item:not([hidden])')];
const chosen = () => list.querySelector('[aria-selected=true]:not([hidden])');

/** What stands between the slash and the caret, null when there is no slash that asks for macros. */
function asked() {
  const before = box.value.slice(0, box.selectionStart);
  const found = /(?:^|\s)\/([^/\n]*)$/.exec(before);
  if (!found || found[1].length > MOST || /^\s|\s\s/.test(found[1])) return null;
  return {at: before.length - found[1].length - 1, words: found[1]};
}

async function show(byButton) {
  const mine = ++turn;
  const cid = current();
  slash.hidden = false;
  $('slash-find').hidden = !byButton;
  (byButton ? find : box).setAttribute('aria-controls', 'slash-list');
  if (byButton) {
    at = -1;
    find.value = '';
    find.focus();
  }
  $('macro-button')?.setAttribute('aria-expanded', 'true');
  list.ariaBusy = 'true';
  try {
    const fresh = await offer(cid);
    if (mine !== turn || !isOpen()) return;
    list.replaceChildren(fresh);
  } catch {
    if (mine === turn) list.replaceChildren(none(list.dataset.failed));
    return;
  } finally {
    if (mine === turn) list.ariaBusy = null;
  }
  sift();
  if (pressed) take(chosen(), pressed.atOnce);
}

/** Close the list; the text stays. */
export function close() {
  if (!isOpen()) return;
  turn++;
  pressed = list.ariaBusy = null;
  const inside = slash.contains(document.activeElement);
  slash.hidden = true;
  look.replaceChildren();
  box.removeAttribute('aria-activedescendant');
  $('macro-button')?.setAttribute('aria-expanded', 'false');
  if (inside) box.focus();
}

function none(text) {
  const made = document.createElement('p');
  made.className = 'slash-none';
  made.textContent = text;
  return made;
}

const week = 604_800;
const worth = ({dataset: {used, at: last, all}}) => {
  const age = Date.now() / 1000 - Number(last);
  return Number(used) * 4 + (age < week / 7 ? 40 : age < week ? 15 : 0) + Math.log2(1 + Number(all));
};

function sift() {
  const words = at < 0 ? find.value : asked()?.words ?? '';
  const every = [...list.querySelectorAll('.slash-item')];
  const scored = every.map(node => [node, fits(words, node.dataset.name, node.dataset.more)]);
  for (const [node, score] of scored) node.hidden = !score;
  scored.sort(([one, a], [other, b]) => b - a || worth(other) - worth(one) || one.dataset.name.localeCompare(other.dataset.name));
  list.querySelector('p.slash-none')?.remove();
  for (const [node] of scored) list.append(node);
  if (every.length && !items().length) list.append(none(list.dataset.none));
  point(items()[0]);
}

function point(node) {
  list.querySelector('[aria-selected=true]')?.setAttribute('aria-selected', 'false');
  node?.setAttribute('aria-selected', 'true');
  node?.scrollIntoView({block: 'nearest'});
  for (const one of [box, find]) {
    if (node) one.setAttribute('aria-activedescendant', node.id);
    else one.removeAttribute('aria-activedescendant');
  }
  clearTimeout(timer);
  if (node) timer = setTimeout(() => ahead(node), PAUSE);
  else look.replaceChildren();
}

async function ahead(node) {
  const mine = turn;
  try {
    const shown = await outlook(current(), node.dataset.macro);
    if (mine === turn && chosen() === node) look.replaceChildren(shown);
  } catch (error) {
    if (mine === turn && chosen() === node) look.replaceChildren(none(error.message));
  }
}

async function take(node, atOnce) {
  if (!node) return;
  const cid = current();
  const {macro, name} = node.dataset;
  const from = at;
  const to = box.selectionStart;
  close();
  box.focus();
  if (from >= 0) {
    box.setSelectionRange(from, to);
    document.execCommand('delete'); // the slash and what was asked for; the browser's own undo keeps them
  }
  try {
    await use(cid, macro, name, atOnce);
  } catch (error) {
    complain(error);
  }
}

function key(event) {
  if (!isOpen() || event.isComposing || event.keyCode === 229) return;
  const some = items();
  const now = some.indexOf(chosen());
  const to = {ArrowDown: now + 1, ArrowUp: now - 1}[event.key];
  if (to !== undefined && some.length) point(some.at(to % some.length));
  else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') {
    const atOnce = event.metaKey || event.ctrlKey;
    if (list.ariaBusy) pressed = {atOnce};
    else if (!some.length) return void close();
    else take(chosen(), atOnce);
  } else if (event.key === 'Escape') close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function wrote() {
  const wish = asked();
  if (!wish) return void (at >= 0 && close());
  const fresh = !isOpen() || at !== wish.at;
  at = wish.at;
  if (fresh) show(false);
  else sift();
}

if (slash && box) {
  box.addEventListener('keydown', key, true);
  find.addEventListener('keydown', key);
  box.addEventListener('input', wrote);
  box.addEventListener('click', () => { if (isOpen() && !asked()) close(); });
  find.addEventListener('input', sift);
  list.addEventListener('pointermove', ({target}) => { const node = target.closest('.slash-item'); if (node && node !== chosen()) point(node); });
  list.addEventListener('pointerdown', event => event.preventDefault()); // the caret stays where it is
  list.addEventListener('click', event => take(event.target.closest('.slash-item'), event.metaKey || event.ctrlKey));
  document.addEventListener('pointerdown', ({target}) => { if (isOpen() && !slash.contains(target) && target !== box && !target.closest('#macro-button')) close(); });
  for (const name of ['leaving', 'opened']) document.addEventListener(`desk:${name}`, close);
  acts.macros = () => { if (isOpen()) close(); else if (current()) show(true); };
  acts['slash-close'] = close;
}
