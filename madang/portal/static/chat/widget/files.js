// Files on their way in (chips over the composer) and on their way out (fetched with the token, shown from memory).
import * as who from './who.js';
import {$, el, icon} from './nodes.js';
import {base, config, size, t} from './texts.js';
import {call} from './wire.js';

const tray = $('tray');
let chips = []; // {file, key, name, mime, size, node, ready}
const addresses = new Map(); // key -> object URL

export const ready = () => chips.filter((chip) => chip.key).map(({key, name, mime, size: bytes}) => ({key, name, mime, size: bytes}));
export const busy = () => chips.some((chip) => !chip.key && !chip.failed);
export const any = () => chips.length > 0;

const draw = () => { tray.hidden = chips.length === 0; };
// They went with a message. One that failed did not: it stays, so that nobody believes it was sent.
export const clear = () => {
  chips = chips.filter((chip) => chip.failed || chip.node.remove());
  draw();
};

const remove = (chip) => {
  chips = chips.filter((one) => one !== chip);
  chip.node.remove();
  draw();
  $('attach').focus();
};

const chipNode = (chip) => {
  const away = el('button', {type: 'button', class: 'chip-x', 'aria-label': t('remove', {name: chip.name})}, icon('x'));
  away.addEventListener('click', () => remove(chip));
  return el('li', {class: 'chip', 'data-busy': true}, icon('file'), el('span', {class: 'file-name', dir: 'auto'}, chip.name), el('small', {}, size(chip.size)), away);
};

const upload = async (chip) => {
  await who.ensure();
  const answer = await who.guard((token) => call(`${base}/files`, token, {
    body: chip.file, seconds: 300,
    headers: {'content-type': chip.file.type || 'application/octet-stream', 'madang-name': encodeURIComponent(chip.name)},
  }));
  return answer.json();
};

const fail = (chip, reason) => {
  chip.failed = true;
  chip.node.removeAttribute('data-busy');
  chip.node.setAttribute('data-failed', '');
  chip.node.querySelector('small').textContent = reason;
};

const add = async (file) => {
  const chip = {file, name: file.name || 'image.png', size: file.size, mime: file.type, key: '', failed: false};
  chip.node = chipNode(chip);
  chips.push(chip);
  tray.append(chip.node);
  draw();
  if (file.size > config.maxFile) return fail(chip, t('file_large', {limit: size(config.maxFile)}));
  if (file.size === 0) return fail(chip, t('file_empty'));
  try {
    Object.assign(chip, await upload(chip));
    chip.node.removeAttribute('data-busy');
  } catch (error) {
    fail(chip, error.status === 413 ? t('file_large', {limit: size(config.maxFile)}) : error.status === 429 ? t('too_fast') : t('file_failed'));
  }
};

export const take = async (list, done) => {
  await Promise.all([...list].slice(0, 10 - chips.length).map(add));
  done();
};

export const address = async (file) => {
  if (addresses.has(file.key)) return addresses.get(file.key);
  try {
    const answer = await who.guard((token) => call(`${base}/files/${encodeURIComponent(file.key)}`, token, {method: 'GET', seconds: 120}));
    const url = URL.createObjectURL(await answer.blob());
    addresses.set(file.key, url);
    return url;
  } catch {
    return '';
  }
};

export const save = async (file) => {
  const url = await address(file);
  if (url) el('a', {href: url, download: file.name}).click();
};

export const forget = () => {
  for (const url of addresses.values()) URL.revokeObjectURL(url);
  addresses.clear();
  chips.forEach((chip) => { chip.failed = false; });
  clear();
};
