// Files for the next message: chosen, dropped or pasted; each goes up at once and shows how far it is.
import {$, acts, copyOf, word} from '../parts/acts.js';
import {toast} from '../parts/toast.js';
import {way} from './chosen.js';
import {kind} from './composer.js';
import {uuid} from './ids.js';
import {forget, isKept, keep, left, of} from './kept-files.js';
import {current} from './nav.js';
import {carries} from './unsent.js';
import {abort, up} from './uploading.js';

const MOST = 10;
const form = $('composer');
const tray = $('tray');
const files = new Map(); // conversation → [{id, cid, file, key, node}]; `id` while this browser keeps it

const mine = () => files.get(current()) ?? [];

/** The keys of what is up, and what their bubble shows meanwhile. */
export const ready = () => mine().filter(one => one.key).map(({key, file}) => ({key, name: file.name, size: file.size, type: file.type}));

/** What goes with the next message, also what is not up yet: {key, id, name, size, type}. */
export const taken = () => mine().filter(one => !one.failed || one.again).map(({key, id, file}) => ({key, id, name: file.name, size: file.size, type: file.type}));

/** The first file that cannot go with it, however often it is tried. */
export const stuck = () => mine().find(one => one.failed && !one.again)?.node;

/** What went up before and comes back: with a draft or an undone answer. [{key, name, size, mime, gone}] */
export function bringFiles(some) {
  const kept = mine().filter(one => one.id || some.some(({key}) => key === one.key));
  const fresh = some.filter(({key}) => !kept.some(one => one.key === key)).map(brought);
  files.set(current(), [...kept, ...fresh]);
  draw();
}

function brought({key, name, size: bytes, mime = '', gone = false}) {
  const node = copyOf('tpl-file').firstElementChild;
  node.querySelector('b').textContent = name;
  const note = node.querySelector('small');
  note.textContent = gone ? note.dataset.gone : size(bytes);
  node.dataset.done = '';
  if (gone) node.dataset.bad = '';
  else if (/^image\/(png|jpeg|gif|webp)$/.test(mime)) {
    const image = new Image();
    Object.assign(image, {src: `/uploads/${key}`, alt: ''});
    node.querySelector('.tray-icon').replaceChildren(image);
  }
  return {id: '', cid: current(), file: {name, size: bytes, type: mime}, node, key, failed: gone, again: false};
}

/** Files that are at the server already, as if they had been chosen here: a macro's. */
export function attach(cid, some) {
  files.set(cid, [...(files.get(cid) ?? []), ...some.map(one => brought({...one, mime: one.type}))]);
  draw();
  document.dispatchEvent(new CustomEvent('desk:uploaded')); // they are part of the draft
}

/** They went with a message. */
export function clear() {
  for (const one of mine()) one.node.remove();
  files.delete(current());
  draw();
}

function draw() {
  if (!tray) return;
  tray.replaceChildren(...mine().map(one => one.node));
  tray.hidden = !mine().length;
  limits();
}

/** What the door does with these files is said before they are sent. */
function limits() {
  const door = kind() === 'reply' && way()?.dataset;
  const travels = ({type, size: bytes}) => bytes <= Number(door.size) && (door.carries === 'all' || door.carries.split(' ').includes(type.split('/')[0]));
  $('tray-links').hidden = !door || !mine().length || mine().every(one => (one.failed && !one.again) || travels(one.file));
}

/** Files that were chosen, pasted or dropped. */
export function add(chosen) {
  const room = MOST - mine().length;
  if (chosen.length > room) toast(word('toomany'), {tone: 'bad'});
  for (const file of [...chosen].slice(0, Math.max(0, room))) start(file);
  draw();
}

function start(file) {
  const id = uuid();
  if (file.size <= Number(form.dataset.max)) keep(id, current(), file);
  files.set(current(), [...mine(), begun(id, current(), file)]);
}

/** A file of this browser, on its way up. */
function begun(id, cid, file) {
  const node = copyOf('tpl-file').firstElementChild;
  const one = {id, cid, file, node, key: '', failed: false, again: false};
  node.querySelector('b').textContent = file.name;
  if (file.type.startsWith('image/')) node.querySelector('.tray-icon').replaceChildren(picture(file));
  if (file.size > Number(form.dataset.max)) fail(one, node.querySelector('small').dataset.large);
  else send(one);
  return one;
}

/** What an earlier page has left of this conversation. */
export function bringBack() {
  const here = mine().map(one => one.id);
  const some = of(current()).filter(one => !here.includes(one.id) && !carries(one.id));
  if (some.length) files.set(current(), [...mine(), ...some.map(one => begun(one.id, one.cid, one.file))]);
  else if (!mine().some(one => one.id && one.key)) return;
  draw();
  for (const one of mine()) if (one.id && one.key) settle(one); // it came up while she was elsewhere
}

function picture(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  image.onload = () => URL.revokeObjectURL(image.src);
  image.alt = '';
  return image;
}

async function send(one) {
  const note = one.node.querySelector('small');
  note.textContent = note.dataset.waiting;
  Object.assign(one, {failed: false, again: false});
  for (const mark of ['bad', 'kept', 'done']) delete one.node.dataset[mark];
  one.node.querySelector('[data-act=again-file]').hidden = true;
  try {
    one.key = await up(one.id, part => { one.node.querySelector('progress').value = part; });
  } catch ({status, message}) {
    const again = !status || status === 401 || status >= 500;
    one.here = again && !await isKept(one.id); // in this page and nowhere else
    const words = again && !status ? note.dataset[one.here ? 'lostHere' : 'lost'] : message || note.dataset.failed;
    return fail(one, words, again, !status && !one.here);
  }
  one.node.dataset.done = '';
  note.textContent = size(one.file.size);
  if (mine().includes(one)) settle(one);
}

/** It is part of the draft now: this browser need not keep it any more. */
function settle(one) {
  const {id} = one;
  one.id = '';
  document.dispatchEvent(new CustomEvent('desk:uploaded'));
  forget(id);
}

// `calm`: it is kept here, and goes up by itself.
function fail(one, text, again = false, calm = false) {
  Object.assign(one, {failed: true, again});
  one.node.querySelector('[data-act=again-file]').hidden = !again;
  one.node.dataset[calm ? 'kept' : 'bad'] = '';
  one.node.dataset.done = '';
  one.node.querySelector('small').textContent = text;
}

/** Bytes as people say them. */
export function size(bytes) {
  const units = ['B', 'kB', 'MB'];
  const step = Math.min(2, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** step).toFixed(step && bytes / 1000 ** step < 10 ? 1 : 0)} ${units[step]}`;
}

if (tray) {
  acts.attach = () => $('attach').click();
  acts['again-file'] = button => send(mine().find(other => other.node === button.closest('.tray-file')));
  acts.unattach = button => {
    const one = mine().find(other => other.node === button.closest('.tray-file'));
    files.set(current(), mine().filter(other => other !== one));
    if (one.id) {
      abort(one.id);
      forget(one.id);
    }
    draw();
    document.dispatchEvent(new CustomEvent('desk:uploaded'));
    $('composer-text').focus();
  };
  $('attach').addEventListener('change', event => { add(event.target.files); event.target.value = ''; });
  $('composer-text').addEventListener('paste', event => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    add(event.clipboardData.files);
  });
  document.addEventListener('desk:opened', draw);
  document.addEventListener('desk:opened', () => setTimeout(bringBack));
  left.then(() => { if (current()) bringBack(); });
  addEventListener('beforeunload', event => { if ([...files.values()].flat().some(one => one.here && !one.key)) event.preventDefault(); });
  for (const name of ['way', 'kind', 'uploaded']) document.addEventListener(`desk:${name}`, limits);
  document.addEventListener('desk:up', () => { for (const some of files.values()) for (const one of some) if (one.again) send(one); });
}
