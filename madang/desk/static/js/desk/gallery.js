// Pictures, films, recordings and files of the whole conversation, one at a time: arrows walk, Z zooms, S saves.
import {$, acts, fill} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {toast} from '../parts/toast.js';
import {bring} from './hit.js';
import {current} from './nav.js';

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const dialog = $('gallery');
const stage = $('gallery-stage');
let files = [];
let at = 0;

const url = file => `/files/${file.key}`;

function made(file) {
  if (PICTURES.includes(file.mime)) return Object.assign(document.createElement('img'), {src: url(file), alt: file.name});
  if (file.mime.startsWith('video/')) return Object.assign(document.createElement('video'), {src: url(file), controls: true});
  if (file.mime.startsWith('audio/')) return Object.assign(document.createElement('audio'), {src: url(file), controls: true});
  const link = Object.assign(document.createElement('a'), {href: url(file), download: file.name, className: 'btn primary'});
  link.textContent = $('gallery-save').ariaLabel;
  return link;
}

function show(place) {
  at = (place + files.length) % files.length;
  const file = files[at];
  $('gallery-title').textContent = file.name;
  Object.assign($('gallery-save'), {href: url(file), download: file.name});
  const node = made(file);
  if ('alt' in node || node.localName !== 'a') node.setAttribute('aria-label', file.name);
  stage.replaceChildren(node);
  zoom(false);
  told();
}

function told() {
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
  const cid = current();
  const found = JSON.parse(await ask('GET', `/c/${cid}/files`));
  return cid === current() ? found : [];
}

// The picture that was pressed stands there at once; what lies beside it comes in a moment.
acts.picture = async (link, event) => {
  event.preventDefault();
  const key = link.getAttribute('href').split('/').pop();
  const mime = 'image/png';
  files = [{key, mime, name: link.dataset.title, message: Number(link.closest('.msg')?.dataset.id)}];
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
};

acts.gallery = async () => {
  if ($('thread-menu').matches(':popover-open')) $('thread-menu').hidePopover();
  if (!current()) return;
  try {
    files = await all();
  } catch (error) {
    return complain(error);
  }
  if (!files.length) return toast(dialog.dataset.none);
  show(files.length - 1);
  dialog.showModal();
  stage.focus();
};
acts['gallery-next'] = () => show(at + 1);
acts['gallery-prev'] = () => show(at - 1);
acts['gallery-zoom'] = () => zoom(!stage.hasAttribute('data-zoom'));
acts['gallery-message'] = () => {
  const mid = files[at]?.message;
  dialog.close();
  if (mid) bring(current(), mid);
};
acts['download-all'] = () => {
  $('thread-menu').hidePopover();
  if (current()) location.assign(`/c/${current()}/files.zip`);
};

dialog.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229 || event.target.closest('audio, video')) return;
  const does = {ArrowRight: 'gallery-next', ArrowLeft: 'gallery-prev', KeyZ: 'gallery-zoom'}[event.code];
  if (event.code === 'KeyS' && !event.metaKey && !event.ctrlKey) $('gallery-save').click();
  else if (!does || (stage.hasAttribute('data-zoom') && event.code.startsWith('Arrow'))) return;
  else if (does !== 'gallery-zoom' && files.length < 2) return;
  else acts[does]();
  event.preventDefault();
});
stage.addEventListener('click', event => { if (event.target.matches('img')) acts['gallery-zoom'](); });
dialog.addEventListener('close', () => { stage.replaceChildren(); });
