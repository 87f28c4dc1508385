// Conversations that are one matter: found, shown as one before they are, merged, taken apart; or only linked.
import {$, acts} from '../parts/acts.js';
import {ask, complain, tell} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {toggle} from '../parts/menu.js';
import {poke} from './list.js';
import {current, forget, open} from './nav.js';
import {around} from './around.js';
import {renew} from './renew.js';

const PAUSE = 150;
const dialog = $('join');
let verb = 'merge';
let timer = 0;
let turn = 0;

const title = name => { $('join-title').textContent = $('join-title').dataset[name]; };
const word = name => $('join-title').dataset[name];

/** Show a step of the dialog: the choice, or what `html` says of the result. */
export function show(name, html = '') {
  title(name);
  $('join-choose').hidden = Boolean(html);
  $('join-result').hidden = !html;
  $('join-result').replaceChildren(parse(html));
  if (!dialog.open) dialog.showModal();
  if (html) $('join-result').querySelector('[autofocus]')?.focus();
  else $('join-text').focus();
}

async function look() {
  const mine = ++turn;
  const asked = new URLSearchParams({q: $('join-text').value.trim(), verb});
  const html = await ask('GET', `/c/${current()}/partners?${asked}`).catch(complain);
  if (mine === turn && html) $('join-list').replaceChildren(parse(html));
}

function choose(name) {
  $('thread-menu').hidePopover();
  if (!current()) return;
  verb = name;
  $('join-text').value = '';
  $('join-list').replaceChildren();
  show(name);
  look();
}

async function preview(from, into) {
  const html = await ask('GET', `/c/${from}/merging/${into}`).catch(complain);
  if (html) show('preview', html);
}

function changed(...conversations) {
  conversations.forEach(forget);
  poke();
  if (conversations.includes(current())) renew();
}

async function undo(joined, words, back = 0) {
  let answer;
  try {
    answer = JSON.parse(await ask('DELETE', `/joinings/${joined}`));
  } catch (error) {
    return complain(error);
  }
  toast(words);
  changed(current(), answer.conversation);
  if (back) open(back);
}

async function link(other) {
  const cid = current();
  if (!await tell('PUT', `/c/${cid}/links/${other}`)) return;
  dialog.close();
  around();
  toast(word('linked'), {label: word('undoLabel'), act: async () => { if (await tell('DELETE', `/c/${cid}/links/${other}`)) around(); }});
}

async function links() {
  const box = $('thread-links');
  const cid = current();
  box.textContent = box.dataset.waiting;
  try {
    const html = await ask('GET', `/c/${cid}/links`);
    if (cid === current()) box.replaceChildren(parse(html));
  } catch {
    box.textContent = box.dataset.failed;
  }
}

acts['thread-menu'] = button => {
  if (!current()) return;
  toggle('thread-menu', button.closest('.head') ? button : $('thread-more') ?? button);
  if ($('thread-menu').matches(':popover-open')) links();
};

if (dialog) {
  acts['merge-with'] = () => choose('merge');
  acts['link-with'] = () => choose('link');
  acts['partners-back'] = () => show(verb);
  acts.partner = button => (button.dataset.verb === 'link' ? link(button.dataset.other) : preview(current(), button.dataset.other));
  acts['merge-swap'] = button => preview(button.dataset.from, button.dataset.into);
  acts['link-to'] = button => link(button.dataset.other);
  acts.merge = async button => {
    const {from, into, said, undo: label, undone} = button.dataset;
    const here = current();
    button.setAttribute('aria-disabled', 'true');
    let answer;
    try {
      answer = JSON.parse(await ask('POST', `/c/${from}/merging/${into}`));
    } catch (error) {
      button.removeAttribute('aria-disabled');
      return complain(error);
    }
    dialog.close();
    toast(said, {label, act: () => undo(answer.joined, undone, here)});
    changed(Number(from), Number(into));
    if (here !== answer.conversation) open(answer.conversation);
  };
  acts.unlink = async button => {
    const cid = current();
    const {other, said, undo: label} = button.dataset;
    if (!await tell('DELETE', `/c/${cid}/links/${other}`)) return;
    links();
    around();
    toast(said, {label, act: async () => { if (await tell('PUT', `/c/${cid}/links/${other}`)) around(); }});
  };
  acts['unmerge-ask'] = async button => {
    $('thread-menu').hidePopover();
    const html = await ask('GET', `/joinings/${button.dataset.joined}`).catch(complain);
    if (html) show('undo', html);
  };
  acts.unmerge = button => {
    dialog.close();
    undo(button.dataset.joined, button.dataset.undone);
  };
  $('join-text').addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
}

// Where a link leads elsewhere, the menu it stood in goes.
$('thread-menu').addEventListener('click', event => {
  if (event.target.closest('[data-act=open], [data-act=picking]')) $('thread-menu').hidePopover();
});
// What was asked for has been merged into another: that one is open now.
function elsewhere() {
  const there = Number($('head-who')?.dataset.cid);
  if (there && current() && there !== current()) open(there);
}
for (const name of ['opened', 'renewed']) document.addEventListener(`desk:${name}`, elsewhere);
document.addEventListener('desk:leaving', () => { if (dialog?.open) dialog.close(); });
