// Pictures, films, recordings and files of the whole conversation, one at a time: arrows walk, Z zooms, S saves. Loaded when it is
// opened first (js/desk/gallery.js).
import '../parts/base.js';
import {$, acts, fill} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {toast} from '../parts/toast.js';

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const dialog = $('gallery');
const stage = $('gallery-stage');
const SLOW = 150; // ms until it is said that they come
let desk = null; // what of the open conversation is needed: {current, bring}
let files = [];
let at = 0;

const url = file => `/files/${file.key}`;

const PAPER = 'application/pdf';

function saved(file) {
  const link = Object.assign(document.createElement('a'), {href: url(file), download: file.name, className: 'btn primary'});
  link.textContent = $('gallery-save').ariaLabel;
  const box = Object.assign(document.createElement('div'), {className: 'gallery-unseen'});
  box.append(dialog.dataset.unseen, link);
  return box;
}

// The first page; a file of which there is none can still be saved.
function paper(file) {
  const image = Object.assign(document.createElement('img'), {src: `${url(file)}/thumb`, alt: file.name});
  image.addEventListener('error', () => { if (image.isConnected) image.replaceWith(saved(file)); });
  return image;
}

function picture(file) {
  const image = Object.assign(document.createElement('img'), {src: url(file), alt: file.name});
  const here = () => image.isConnected;
  waits(true);
  image.addEventListener('load', () => here() && waits(false));
  image.addEventListener('error', () => here() && fault(() => show(at)));
  return image;
}

function waits(on) {
  stage.ariaBusy = on || null;
}

/** It did not come: `again` asks once more. */
function fault(again) {
  const button = Object.assign(document.createElement('button'), {type: 'button', className: 'btn primary', textContent: dialog.dataset.again});
  const box = Object.assign(document.createElement('div'), {className: 'gallery-unseen', role: 'alert'});
  button.addEventListener('click', again);
  box.append(dialog.dataset.fault, button);
  waits(false);
  stage.replaceChildren(box);
}

function made(file) {
  if (file.mime === PAPER) return paper(file);
  if (PICTURES.includes(file.mime)) return picture(file);
  if (file.mime.startsWith('video/')) return Object.assign(document.createElement('video'), {src: url(file), controls: true});
  if (file.mime.startsWith('audio/')) return Object.assign(document.createElement('audio'), {src: url(file), controls: true});
  return saved(file);
}

function show(place) {
  at = (place + files.length) % files.length;
  const file = files[at];
  $('gallery-title').textContent = file.name;
  Object.assign($('gallery-save'), {href: url(file), download: file.name});
  waits(false);
  const node = made(file);
  if (node.localName !== 'div') node.setAttribute('aria-label', file.name);
  if (stage.contains(document.activeElement)) stage.focus(); // what has it goes, and the keys with it
  stage.replaceChildren(node);
  zoom(false);
  told();
}

function told() {
  dialog.toggleAttribute('data-empty', !files.length);
  $('gallery-at').textContent = files.length > 1 ? fill($('gallery-at').dataset.at, {n: at + 1, all: files.length}) : '';
  for (const one of dialog.querySelectorAll('.gallery-step')) one.hidden = files.length < 2;
}

function zoom(on) {
  const button = dialog.querySelector('[data-act=gallery-zoom]');
  stage.toggleAttribute('data-zoom', on);
  button.ariaPressed = String(on);
  button.hidden = !stage.querySelector('img');
}

async function all() {
  const cid = desk.current();
  const found = JSON.parse(await ask('GET', `/c/${cid}/files`));
  return cid === desk.current() ? found : [];
}

// The picture that was pressed stands there at once; what lies beside it comes in a moment.
async function one(link) {
  const {keyOf: key, mime, title: name} = link.dataset;
  files = [{key, mime, name, message: Number(link.closest('.msg')?.dataset.id)}];
  show(0);
  dialog.showModal();
  stage.focus();
  try {
    const found = await all();
    const place = found.findIndex(one => one.key === key);
    if (!dialog.open || place < 0 || files[0].key !== key) return;
    [files, at] = [found, place];
    told();
  } catch {
    // the one picture is still there
  }
}

async function every() {
  let begun = false;
  const slow = setTimeout(() => { begun = true; begin(); }, SLOW);
  let found;
  try {
    found = await all();
  } catch (error) {
    return begun && dialog.open ? fault(every) : complain(error);
  } finally {
    clearTimeout(slow);
  }
  if (begun && !dialog.open) return; // shut while they were on their way
  if (!found.length) {
    dialog.close();
    return toast(dialog.dataset.none);
  }
  files = found;
  show(files.length - 1);
  open();
}

/** Open it: with the picture behind `link`, else with all there are. */
export function gallery(here, link) {
  desk = here;
  return link ? one(link) : every();
}

/** All of them as one file. Asked first: where there is none, or no network, an error would stand instead of the desk. */
export async function download(cid) {
  try {
    if (!JSON.parse(await ask('GET', `/c/${cid}/files?every=true`)).length) return toast(dialog.dataset.none);
  } catch (error) {
    return complain(error);
  }
  Object.assign(document.createElement('a'), {href: `/c/${cid}/files.zip`, download: ''}).click();
}

function open() {
  if (!dialog.open) dialog.showModal();
  stage.focus();
}

/** They are on their way. */
function begin() {
  $('gallery-title').textContent = dialog.dataset.title;
  stage.replaceChildren(dialog.dataset.waits);
  files = [];
  told();
  zoom(false);
  waits(true);
  open();
}

acts['gallery-next'] = () => show(at + 1);
acts['gallery-prev'] = () => show(at - 1);
acts['gallery-zoom'] = () => zoom(!stage.hasAttribute('data-zoom'));
acts['gallery-message'] = () => {
  const mid = files[at]?.message;
  dialog.close();
  if (mid) desk.bring(desk.current(), mid);
};

dialog.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229 || event.target.closest('audio, video')) return;
  const does = {ArrowRight: 'gallery-next', ArrowLeft: 'gallery-prev', KeyZ: 'gallery-zoom'}[event.code];
  if (!files.length) return;
  if (event.code === 'KeyS' && !event.metaKey && !event.ctrlKey) $('gallery-save').click();
  else if (!does || (stage.hasAttribute('data-zoom') && event.code.startsWith('Arrow'))) return;
  else if (does !== 'gallery-zoom' && files.length < 2) return;
  else acts[does]();
  event.preventDefault();
});
stage.addEventListener('click', event => { if (event.target.matches('img')) acts['gallery-zoom'](); });
// A finger that wipes across walks too.
const FAR = 48; // pixels
stage.addEventListener('pointerdown', event => {
  if (event.pointerType !== 'touch' || !event.isPrimary || files.length < 2 || stage.hasAttribute('data-zoom')) return;
  const {clientX, clientY} = event;
  const ended = new AbortController();
  stage.addEventListener('pointercancel', () => ended.abort(), {signal: ended.signal});
  stage.addEventListener('pointerup', up => {
    ended.abort();
    const [far, down] = [up.clientX - clientX, up.clientY - clientY];
    if (Math.abs(far) > FAR && Math.abs(far) > 2 * Math.abs(down)) show(far < 0 ? at + 1 : at - 1);
  }, {signal: ended.signal});
});
dialog.addEventListener('close', () => { stage.replaceChildren(); });
