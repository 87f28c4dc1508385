// ⌘K: conversations, people, places and everything that has a button, from one field.
import {$, acts, copyOf} from './acts.js';
import {ask} from './http.js';
import {shown, visible} from './keys.js';
import {parse} from './parse.js';

const PAUSE = 120;
const dialog = $('palette');
const box = $('palette-text');
const list = $('palette-list');
let timer = 0;
let turn = 0;
let conversations = [];

acts.palette = () => {
  box.value = '';
  conversations = [];
  draw();
  dialog.showModal();
  box.focus();
  find();
};

const isShown = button => visible(button) && button.dataset.act !== 'palette' && !button.dataset.keyWithin;

function actions() {
  return [...document.querySelectorAll('[data-key][data-label]')].filter(isShown).map(button => ({
    label: button.dataset.label,
    icon: button.querySelector('.i')?.cloneNode(true),
    key: button.dataset.key,
    run: () => button.click(),
  }));
}

function places() {
  return [...document.querySelectorAll('a[data-find]')].map(link => ({
    label: link.dataset.find,
    icon: link.querySelector('.i')?.cloneNode(true),
    run: () => link.click(),
  }));
}

const found = some => {
  const asked = box.value.trim().toLowerCase();
  return some.filter(one => one.label.toLowerCase().includes(asked));
};

function draw() {
  const groups = [
    [list.dataset.conversations, conversations],
    [list.dataset.actions, found(actions())],
    [list.dataset.places, found(places())],
  ];
  list.replaceChildren(...groups.flatMap(([title, items]) => (items.length ? [heading(title), ...items.map(option)] : [])));
  if (!list.firstChild) list.append(heading(list.dataset.none, 'palette-none'));
  point(list.querySelector('[role=option]'));
}

function heading(text, name = 'palette-head') {
  const made = document.createElement('p');
  made.className = name;
  made.role = 'presentation';
  made.textContent = text;
  return made;
}

function option(item, index) {
  const node = copyOf('tpl-option').firstElementChild;
  node.id = `palette-${item.cid ?? item.key ?? item.label}-${index}`;
  if (item.nodes) node.replaceChildren(...item.nodes);
  else {
    node.querySelector('.palette-text').textContent = item.label;
    if (item.icon) node.querySelector('.palette-icon').append(item.icon);
    node.querySelector('kbd').hidden = !item.key;
    node.querySelector('kbd').textContent = item.key ? shown(item.key) : '';
  }
  node.addEventListener('click', () => { dialog.close(); item.run(); });
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
  const html = await ask('GET', '/palette?' + new URLSearchParams({q: box.value.trim()})).catch(() => '');
  if (mine !== turn) return;
  conversations = [...parse(html).querySelectorAll('a')].map(link => ({
    cid: Number(link.dataset.cid),
    nodes: [...link.childNodes],
    run: () => (acts.show ? acts.show(Number(link.dataset.cid)) : location.assign(link.href)),
  }));
  draw();
}

box?.addEventListener('input', () => {
  draw();
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE);
});
box?.addEventListener('keydown', event => {
  if (event.isComposing) return;
  const options = [...list.querySelectorAll('[role=option]')];
  const now = options.findIndex(one => one.ariaSelected === 'true');
  const to = {ArrowDown: now + 1, ArrowUp: now - 1}[event.key];
  if (to !== undefined) {
    event.preventDefault();
    point(options.at(to % options.length));
  } else if (event.key === 'Enter') {
    event.preventDefault();
    options[now]?.click();
  }
});
