// Write and send. Enter sends, Shift+Enter breaks the line; while a Hangul syllable is being composed Enter belongs to it.
import * as files from './files.js';
import * as shelf from './shelf.js';
import * as who from './who.js';
import {$} from './nodes.js';
import {config, t} from './texts.js';
import {post} from './wire.js';

const form = $('composer');
const box = $('text');
const send = $('send');
let saidTyping = 0;

const grow = () => {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 132)}px`;
};

const over = () => box.value.length - config.maxText;

const draw = () => {
  grow();
  $('problem').hidden = over() <= 0;
  if (over() > 0) $('problem').textContent = t('too_long', {n: over()});
  send.disabled = (!box.value.trim() && !files.ready().length) || over() > 0 || files.busy();
};
export {draw};

// At most every 3 s; the other side forgets it after 5.
const sayTyping = () => {
  if (!shelf.get('spoken') && !who.signedIn()) return;
  if (!box.value.trim() || Date.now() - saidTyping < 3000) return;
  saidTyping = Date.now();
  post('/typing', who.token(), {}).catch(() => {});
};

const submit = (hear) => {
  draw();
  if (send.disabled) return;
  const text = box.value.trim();
  const attached = files.ready();
  box.value = '';
  saidTyping = 0;
  shelf.drop('draft');
  files.clear();
  draw();
  box.focus();
  hear(text, attached);
};

export const focus = () => box.focus({preventScroll: true});
export const clear = () => {
  shelf.drop('draft');
  box.value = '';
  draw();
};

const attachments = () => {
  $('attach').addEventListener('click', () => $('pick').click());
  $('pick').addEventListener('change', () => {
    files.take($('pick').files, draw);
    $('pick').value = '';
    draw();
  });
  $('tray').addEventListener('click', () => setTimeout(draw));
  box.addEventListener('paste', (event) => {
    const given = event.clipboardData ? event.clipboardData.files : [];
    if (!given.length) return;
    event.preventDefault();
    files.take(given, draw);
  });
  addEventListener('dragover', (event) => {
    if (event.dataTransfer && event.dataTransfer.types.includes('Files')) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!event.dataTransfer || !event.dataTransfer.files.length) return;
    event.preventDefault();
    files.take(event.dataTransfer.files, draw);
  });
};

export const begin = (hear) => {
  box.value = [shelf.get('draft'), box.value].join('\n').trim(); // what was typed before this script was there stays
  if (box.value) shelf.put('draft', box.value);
  draw();
  attachments();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit(hear);
  });
  box.addEventListener('input', () => {
    shelf.put('draft', box.value);
    draw();
    sayTyping();
  });
  box.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit(hear);
    }
  });
};
