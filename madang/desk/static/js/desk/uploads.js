// Files for the next message: chosen, dropped or pasted; each goes up at once and shows how far it is.
import {$, acts, copyOf, word} from '../parts/acts.js';
import {toast} from '../parts/toast.js';
import {way} from './chosen.js';
import {kind} from './composer.js';
import {current} from './nav.js';

const MOST = 10;
const form = $('composer');
const tray = $('tray');
const files = new Map(); // conversation → [{file, key, node, request}]
const token = document.querySelector('meta[name=csrf]').content;

const mine = () => files.get(current()) ?? [];

/** The keys of what is up, and what their bubble shows meanwhile. */
export const ready = () => mine().filter(one => one.key).map(({key, file}) => ({key, name: file.name, size: file.size, type: file.type}));

/** Whether something is still on its way up, or waits for the connection to go there. */
export const waiting = () => mine().some(one => !one.key && (!one.failed || one.again));

/** What went up before and comes back: with a draft or an undone answer. [{key, name, size, mime}] */
export function bringFiles(some) {
  const kept = mine().filter(one => !one.key || some.some(({key}) => key === one.key));
  const fresh = some.filter(({key}) => !kept.some(one => one.key === key)).map(brought);
  files.set(current(), [...kept, ...fresh]);
  draw();
}

function brought({key, name, size: bytes, mime = ''}) {
  const node = copyOf('tpl-file').firstElementChild;
  node.querySelector('b').textContent = name;
  node.querySelector('small').textContent = size(bytes);
  node.dataset.done = '';
  if (/^image\/(png|jpeg|gif|webp)$/.test(mime)) {
    const image = new Image();
    Object.assign(image, {src: `/uploads/${key}`, alt: ''});
    node.querySelector('.tray-icon').replaceChildren(image);
  }
  return {file: {name, size: bytes, type: mime}, node, key, failed: false, again: false, request: null};
}

/** Files that are at the server already, as if they had been chosen here: a macro's. */
export function attach(cid, some) {
  files.set(cid, [...(files.get(cid) ?? []), ...some.map(one => brought({...one, mime: one.type}))]);
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
  limits();
}

/** What the door does with these files is said before they are sent. */
function limits() {
  const door = kind() === 'reply' && way()?.dataset;
  const travels = ({type, size: bytes}) => bytes <= Number(door.size) && (door.carries === 'all' || door.carries.split(' ').includes(type.split('/')[0]));
  $('tray-links').hidden = !door || !mine().length || mine().every(one => travels(one.file));
}

function add(chosen) {
  const room = MOST - mine().length;
  if (chosen.length > room) toast(word('toomany'), {tone: 'bad'});
  for (const file of [...chosen].slice(0, Math.max(0, room))) start(file);
  draw();
}

function start(file) {
  const node = copyOf('tpl-file').firstElementChild;
  const one = {file, node, key: '', failed: false, again: false, request: null};
  node.querySelector('b').textContent = file.name;
  const note = node.querySelector('small');
  if (file.type.startsWith('image/')) node.querySelector('.tray-icon').replaceChildren(picture(file));
  files.set(current(), [...mine(), one]);
  if (file.size > Number(form.dataset.max)) return fail(one, note.dataset.large);
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
  note.textContent = note.dataset.waiting;
  Object.assign(one, {request, failed: false, again: false});
  for (const mark of ['bad', 'done']) delete one.node.dataset[mark];
  one.node.querySelector('[data-act=again-file]').hidden = true;
  request.open('POST', `/uploads?name=${encodeURIComponent(one.file.name)}`);
  request.setRequestHeader('x-csrf-token', token);
  request.setRequestHeader('x-desk', '1');
  request.responseType = 'json';
  request.upload.onprogress = event => { one.node.querySelector('progress').value = 100 * event.loaded / event.total; };
  request.onerror = () => fail(one, note.dataset.lost, true); // kept while this page is open, and said so
  request.onload = () => {
    if (request.status !== 201) return fail(one, request.response?.message || note.dataset.failed, request.status >= 500 || request.status === 401);
    one.key = request.response.key;
    one.node.dataset.done = '';
    note.textContent = size(one.file.size);
    document.dispatchEvent(new CustomEvent('desk:uploaded'));
  };
  request.send(one.file);
}

function fail(one, text, again = false) {
  Object.assign(one, {failed: true, again});
  one.node.querySelector('[data-act=again-file]').hidden = !again;
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
  acts['again-file'] = button => send(mine().find(other => other.node === button.closest('.tray-file')));
  acts.unattach = button => {
    const one = mine().find(other => other.node === button.closest('.tray-file'));
    one.request?.abort();
    files.set(current(), mine().filter(other => other !== one));
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
  drops($('thread'));
  document.addEventListener('desk:opened', draw);
  for (const name of ['way', 'kind', 'uploaded']) document.addEventListener(`desk:${name}`, limits);
  document.addEventListener('desk:up', () => { for (const some of files.values()) for (const one of some) if (one.again) send(one); });
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
