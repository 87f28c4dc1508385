// One message as nodes. A message is {id, n, dir, from, text, files, at, state, via, pending, problem}.
import {$, el, icon, linked} from './nodes.js';
import {clock, config, day, size, t} from './texts.js';

const TICKS = {sending: 'clock', waiting: 'clock', sent: 'check', seen: 'checks', failed: 'alert'};
const hangul = (text) => /[\u3131-\u318e\uac00-\ud7a3]/.test(text);

const avatar = (from) => el('span', {class: 'avatar', 'data-hue': String(from.hue), 'aria-hidden': 'true'}, from.initials);

const picture = (file, acts) => {
  const frame = el('button', {type: 'button', class: 'picture', 'aria-label': t('open_file', {name: file.name})});
  acts.show(file).then((address) => {
    if (address) frame.append(el('img', {src: address, alt: file.name}));
    else frame.replaceWith(plain(file, acts));
  });
  frame.addEventListener('click', () => acts.save(file));
  return frame;
};

const plain = (file, acts) => {
  const button = el('button', {type: 'button', class: 'file', 'aria-label': t('open_file', {name: file.name})},
    icon('file'), el('span', {class: 'file-name', dir: 'auto'}, file.name), el('small', {}, size(file.size)), icon('down'));
  button.addEventListener('click', () => acts.save(file));
  return button;
};

const files = (message, acts) => el('ul', {class: 'files'}, ...message.files.map((file) =>
  el('li', {}, config.shown.includes(file.mime) ? picture(file, acts) : plain(file, acts))));

const body = (message, acts) => {
  const parts = [];
  if (message.text) {
    const text = el('p', {dir: 'auto'}, linked(message.text));
    if (hangul(message.text)) text.lang = 'ko';
    parts.push(el('div', {class: 'bubble'}, text));
  }
  if (message.gone) parts.push(el('div', {class: 'bubble gone'}, el('p', {}, t('gone'))));
  if (message.files.length) parts.push(files(message, acts));
  return parts;
};

const foot = (message, acts) => {
  const box = el('div', {class: 'foot'});
  if (message.dir !== 'in' || !TICKS[message.state]) return box;
  box.append(el('span', {class: 'tick', 'data-state': message.state}, icon(TICKS[message.state]), message.problem || t(message.state)));
  if (!['waiting', 'failed'].includes(message.state)) return box;
  const again = el('button', {type: 'button', class: 'link'}, t('retry'));
  again.addEventListener('click', () => acts.retry(message.id));
  box.append(again);
  if (message.state === 'failed') {
    const away = el('button', {type: 'button', class: 'link'}, t('discard'));
    away.addEventListener('click', () => acts.discard(message.id));
    box.append(away);
  }
  return box;
};

const meta = (message) => {
  const at = new Date(message.at);
  const time = el('time', {datetime: message.at}, clock(at));
  const name = message.dir === 'out' ? [el('b', {dir: 'auto'}, message.from.name)] : [el('span', {class: 'sr'}, t('you'))];
  const via = message.via ? [el('span', {class: 'via'}, t('via', {channel: message.via}))] : [];
  return el('div', {class: 'meta'}, ...name, ...via, time);
};

export const bubble = (message, acts) => el('li', {class: 'msg', id: `m-${message.id}`, 'data-dir': message.dir, 'data-state': message.state || false},
  el('div', {class: 'day', hidden: true}, el('span', {}, day(new Date(message.at)))),
  el('div', {class: 'row'}, ...(message.dir === 'out' ? [avatar(message.from)] : []),
    el('div', {class: 'stack'}, meta(message), ...body(message, acts), foot(message, acts))));

export const typist = (from) => el('li', {class: 'msg typing', 'data-dir': 'out', id: 'typing'},
  el('div', {class: 'row'}, avatar(from), el('div', {class: 'stack'},
    el('div', {class: 'bubble'}, el('span', {class: 'sr'}, t('typing', {name: from.name})), el('i'), el('i'), el('i')))));

export const live = (text) => { $('live').textContent = text; };
