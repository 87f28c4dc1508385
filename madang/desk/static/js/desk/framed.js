// A mail as it was written, in a frame of its own. What lies on other servers is loaded when somebody asks for it.
import {$, acts, fill} from '../parts/acts.js';
import {tell} from '../parts/http.js';

const dialog = $('mail');
const frame = dialog.querySelector('iframe');
const bar = $('mail-remote');
let src = '';

acts.mail = button => {
  src = button.dataset.src;
  $('mail-title').textContent = button.dataset.title;
  bar.hidden = true;
  frame.src = src;
  dialog.showModal();
};

// The frame is ours and runs nothing: only it knows whether something was left out.
frame.addEventListener('load', () => {
  const {remote, shows, always, sender} = frame.contentDocument?.body?.dataset ?? {};
  if (!Number(remote)) { bar.hidden = true; return; }
  bar.hidden = shows !== undefined && always === undefined;
  bar.querySelector('span').textContent = always === undefined ? bar.dataset.blocked : fill(bar.dataset.shown, {sender});
  $('mail-once').hidden = always !== undefined;
  $('mail-always').hidden = always !== undefined || !sender;
  $('mail-ask').hidden = always === undefined;
});

acts['mail-images'] = () => { frame.src = `${src}?images=true`; frame.focus(); };
acts['mail-always'] = () => remember(true);
acts['mail-ask'] = () => remember(false);

async function remember(always) {
  if (await tell('POST', src.replace(/mail$/, 'images'), {always: String(always)})) frame.src = src;
}

dialog.addEventListener('close', () => { frame.removeAttribute('src'); bar.hidden = true; });
