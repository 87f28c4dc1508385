// Files for the next message: chosen, dropped or pasted; each goes up at once and shows how far it is.
import {$, acts, copyOf, word} from '../parts/acts.js';
import {toast} from '../parts/toast.js';
import {current} from './nav.js';

const MOST = 10;
const form = $('composer');
const tray = $('tray');
const files = new Map(); // conversation → [{file, key, node, request}]
const token = document.querySelector('meta[name=csrf]').content;

const mine = () => files.get(current()) ?? [];

/** The keys of what is up, and what their bubble shows meanwhile. */
export const ready = () => mine().filter(one => one.key).map(({key, file}) => ({key, name: file.name, size: file.size, type: file.type}));

/** Whether something is still on its way up. */
export const waiting = () => mine().some(one => !one.key && !one.failed);

/** Files that are at the server already, as if they had been chosen here: a macro's. */
export function attach(cid, some) {
  for (const {key, name, size: bytes, type} of some) {
    const node = copyOf('tpl-file').firstElementChild;
    node.querySelector('b').textContent = name;
    node.querySelector('small').textContent = size(bytes);
    node.dataset.done = '';
    files.set(cid, [...(files.get(cid) ?? []), {file: {name, size: bytes, type}, key, node, failed: false, request: null}]);
  }
  draw();
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
}

function add(chosen) {
  const room = MOST - mine().length;
  if (chosen.length > room) toast(word('toomany'), {tone: 'bad'});
  for (const file of [...chosen].slice(0, Math.max(0, room))) start(file);
  draw();
}

function start(file) {
  const node = copyOf('tpl-file').firstElementChild;
  const one = {file, node, key: '', failed: false, request: null};
  node.querySelector('b').textContent = file.name;
  const note = node.querySelector('small');
  if (file.type.startsWith('image/')) node.querySelector('.tray-icon').replaceChildren(picture(file));
  files.set(current(), [...mine(), one]);
  if (file.size > Number(form.dataset.max)) return fail(one, note.dataset.large);
  note.textContent = note.dataset.waiting;
  send(one);
}

function picture(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  image.onload = () => URL.revokeObjectURL(image.src);
  image.alt = '';
  return image;
}

function send(one) {
  const request = new XMLHttpRequest(); // fetch cannot tell how far an upload is
  const note = one.node.querySelector('small');
  one.request = request;
  request.open('POST', `/uploads?name=${encodeURIComponent(one.file.name)}`);
  request.setRequestHeader('x-csrf-token', token);
  request.setRequestHeader('x-desk', '1');
  request.responseType = 'json';
  request.upload.onprogress = event => { one.node.querySelector('progress').value = 100 * event.loaded / event.total; };
  request.onerror = () => fail(one, note.dataset.failed);
  request.onload = () => {
    if (request.status !== 201) return fail(one, request.response?.message || note.dataset.failed);
    one.key = request.response.key;
    one.node.dataset.done = '';
    note.textContent = size(one.file.size);
    document.dispatchEvent(new CustomEvent('desk:uploaded'));
  };
  request.send(one.file);
}

function fail(one, text) {
  one.failed = true;
  one.node.dataset.bad = '';
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
  acts.unattach = button => {
    const one = mine().find(other => other.node === button.closest('.tray-file'));
    one.request?.abort();
    files.set(current(), mine().filter(other => other !== one));
    draw();
  };
  $('attach').addEventListener('change', event => { add(event.target.files); event.target.value = ''; });
  $('composer-text').addEventListener('paste', event => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    add(event.clipboardData.files);
  });
  drops($('thread'));
  document.addEventListener('desk:opened', draw);
}

function drops(place) {
  let depth = 0;
  const desk = $('desk');
  const carries = event => current() && [...event.dataTransfer.types].includes('Files');
  place.addEventListener('dragenter', event => { if (carries(event)) { depth++; desk.dataset.dragging = ''; } });
  place.addEventListener('dragleave', () => { if (depth && !--depth) delete desk.dataset.dragging; });
  place.addEventListener('dragover', event => { if (carries(event)) event.preventDefault(); });
  place.addEventListener('drop', event => {
    depth = 0;
    delete desk.dataset.dragging;
    if (!carries(event)) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });
}
