// ⌘K knows the macros of the open conversation too: each is a link the palette finds.
import {$, fill} from '../parts/acts.js';
import {offer} from './macros.js';
import {current} from './nav.js';

const box = $('slash-finds');

async function lay() {
  const cid = current();
  if (!cid) return box.replaceChildren();
  try {
    const some = await offer(cid);
    if (cid === current()) box.replaceChildren(...[...some.querySelectorAll('.slash-item')].map(link));
  } catch {
    // the palette does without
  }
}

function link({dataset: {macro, name}}) {
  const made = document.createElement('a');
  made.href = `/settings/macros/${macro}`;
  Object.assign(made.dataset, {act: 'macro', macro, name, find: fill(box.dataset.say, {name})});
  made.append($('macro-button').querySelector('.i').cloneNode(true));
  return made;
}

// Opened with the palette, not with the conversation: nobody waits for it who only reads.
if (box) document.addEventListener('keydown', event => { if (event.code === 'KeyK' && (event.metaKey || event.ctrlKey)) lay(); }, true);
if (box) document.addEventListener('click', ({target}) => { if (target.closest?.('[data-act=palette]')) lay(); }, true);
