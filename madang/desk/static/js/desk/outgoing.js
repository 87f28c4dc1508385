// The bubble of an answer that is not at the server yet.
import {$, copyOf, word} from '../parts/acts.js';
import {plain} from './lightmarks.js';
import {size} from './uploads.js';
import {mark} from './ways.js';

const korean = document.documentElement.lang === 'ko';
const timeZone = $('desk').dataset.zone;
const clock = new Intl.DateTimeFormat(korean ? 'ko' : 'en-GB', {hour: korean ? 'numeric' : '2-digit', minute: '2-digit', timeZone});
const long = new Intl.DateTimeFormat(document.documentElement.lang, {dateStyle: 'long', timeZone}); // it has waited over midnight
const days = new Intl.DateTimeFormat('sv', {timeZone}); // 2026-11-22, as the server writes it

/** A node for it, to be put into the thread. */
export function drawn(item) {
  const node = copyOf(item.kind === 'note' ? 'tpl-note' : 'tpl-out').firstElementChild;
  const at = new Date(item.at);
  const day = days.format(at);
  const daytext = day === days.format() ? word('today') : long.format(at);
  node.id = `m-${item.key}`;
  Object.assign(node.dataset, {at: Math.floor(item.at / 1000), way: item.channel, day, daytext});
  node.querySelector('.bubble p').textContent = plain(item.text);
  node.querySelector('.bubble').hidden = !item.text;
  node.querySelector('time').textContent = clock.format(at);
  node.querySelector('.msg-slot')?.replaceWith(mark() ?? '');
  files(node, item);
  foot(node, 'tpl-queued');
  return node;
}

function files(node, item) {
  const list = node.querySelector('.files');
  list.hidden = !item.files.length;
  for (const file of item.files) {
    const row = document.createElement('li');
    row.className = 'file';
    row.textContent = `${file.name} · ${size(file.size)}`;
    list.append(row);
  }
}

/** Say below it how far it is. */
export function foot(node, template) {
  node.querySelector('.msg-foot').replaceChildren(copyOf(template));
}
