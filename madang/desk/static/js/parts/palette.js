// ⌘K: people, conversations, views, places and everything that has a button, from one field. What was used lately is first.
import {$, acts, copyOf, word} from './acts.js';
import {found} from './hangul.js';
import {ask} from './http.js';
import {inOrder, shown, usable} from './keys.js';
import {parse} from './parse.js';
import {keep, lately, talks} from './lately.js';

const PAUSE = 120;
const FEW = 5; // of each kind while nothing is typed
const dialog = $('palette');
const box = $('palette-text');
const list = $('palette-list');
let timer = 0;
let turn = 0;
let answered = []; // [title, items] of the server's
let coming = false;

acts.palette = () => {
  box.value = '';
  answered = [];
  draw();
  dialog.showModal();
  box.focus();
  find();
};

const isShown = button => usable(button) && button.dataset.act !== 'palette' && !button.dataset.keyWithin;
const imageOf = node => node.querySelector('.i')?.cloneNode(true);

/** Everything on the page that has a name for this: a button with data-label, with a key or without. */
function actions() {
  return inOrder('[data-label]:is(button, a)').filter(isShown)
    .map(button => ({label: button.dataset.label, icon: imageOf(button), key: button.dataset.key, run: () => button.click()}));
}

/** What one may go to: a link with data-find. The same place stands once, wherever it is named. */
function goals(selector) {
  const made = new Map();
  for (const link of document.querySelectorAll(selector)) {
    const label = link.dataset.find;
    if (!made.has(label)) made.set(label, {label, icon: imageOf(link), run: () => link.click()});
  }
  return [...made.values()];
}
const views = () => goals('[data-find][data-view]');
const places = () => goals('a[data-find]:not([data-view])');

function fitting(some) {
  const asked = box.value.trim();
  const ranked = some.map(item => [found(item.label, asked), item]).filter(([rank]) => rank >= 0);
  return ranked.sort(([one], [other]) => one - other).map(([, item]) => item);
}

function draw() {
  const says = list.dataset;
  const asked = box.value.trim();
  const here = [...actions(), ...views(), ...places()];
  const recent = asked ? [] : lately().map(label => here.find(one => one.label === label)).filter(Boolean).slice(0, FEW);
  const rest = some => fitting(some).filter(one => !recent.includes(one) && !recent.some(other => other.label === one.label));
  const own = [[says.actions, rest(actions())], [says.views, rest(views())], [says.places, rest(places())]];
  // What is here already stands above what the server finds a moment later: nothing moves under the hand.
  const groups = asked ? [...own, ...answered] : [[says.recent, recent], ...answered, ...own];
  list.replaceChildren(...groups.flatMap(([title, items]) => (items.length ? [group(title, items)] : [])));
  if (!list.firstChild) list.append(heading(coming ? says.waits : says.none, 'palette-none'));
  point(list.querySelector('[role=option]'));
}

function group(title, items) {
  const made = document.createElement('div');
  made.role = 'group';
  made.ariaLabel = title;
  made.append(heading(title), ...items.map(option));
  return made;
}

function heading(text, name = 'palette-head') {
  const made = document.createElement('p');
  made.className = name;
  made.role = 'presentation';
  made.textContent = text;
  return made;
}

let number = 0;
function option(item) {
  const node = copyOf('tpl-option').firstElementChild;
  node.id = `palette-${++number}`;
  if (item.nodes) node.replaceChildren(...item.nodes.map(one => one.cloneNode(true)));
  else {
    node.querySelector('.palette-text').textContent = item.label;
    if (item.icon) node.querySelector('.palette-icon').append(item.icon);
    node.querySelector('kbd').hidden = !item.key;
    node.querySelector('kbd').textContent = item.key ? shown(item.key) : '';
  }
  node.addEventListener('click', () => {
    if (!item.stays) dialog.close(); // the focus is back where it was before anything is done
    if (item.label) keep(item.label);
    item.run();
  });
  node.addEventListener('pointermove', () => point(node));
  return node;
}

function point(node) {
  list.querySelector('[aria-selected=true]')?.setAttribute('aria-selected', 'false');
  node?.setAttribute('aria-selected', 'true');
  node?.scrollIntoView({block: 'nearest'});
  box.setAttribute('aria-activedescendant', node?.id ?? '');
}

async function find() {
  const mine = ++turn;
  const asked = new URLSearchParams({q: box.value.trim(), lately: talks().join(' '), shown: $('thread')?.dataset.cid ?? ''});
  wait(true);
  try {
    const html = await ask('GET', `/palette?${asked}`);
    if (mine !== turn) return;
    answered = [...parse(html).querySelectorAll('[data-group]')].map(part => [part.dataset.group, offered(part).map(given)]);
  } catch {
    if (mine !== turn) return;
    answered = [[word('lost'), [{label: list.dataset.again, stays: true, run: find}]]]; // what is on the page is still found
  }
  wait(false);
  draw();
}

function wait(on) {
  coming = on;
  list.ariaBusy = on;
}

// Of macros the server names all: which fit is known here, where half a syllable is understood.
const offered = part => ('sift' in part.dataset ? [...part.children].filter(one => found(one.dataset.name, box.value) >= 0).slice(0, FEW) : [...part.children]);

/** What the server found: a conversation is opened in place where there is a desk, what has an act is done, a link is gone to. */
function given(node) {
  const {cid, act} = node.dataset;
  const run = () => {
    if (act && acts[act]) acts[act](node, new Event('click'));
    else if (cid && acts.show) acts.show(Number(cid));
    else location.assign(node.href);
  };
  return {nodes: [...node.childNodes], run};
}

box?.addEventListener('input', () => {
  wait(true);
  draw();
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE);
});
box?.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229) return;
  const options = [...list.querySelectorAll('[role=option]')];
  const now = options.findIndex(one => one.ariaSelected === 'true');
  const to = {ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1}[event.key];
  if (to !== undefined && (event.key.startsWith('Arrow') || !box.value)) {
    event.preventDefault();
    if (options.length) point(options.at(to % options.length));
  } else if (event.key === 'Enter') {
    event.preventDefault();
    options[now]?.click();
  }
});
