// Conversations that are one matter: found, shown as one before they are, merged, taken apart; or only linked. The desk and
// a customer's page each say what follows from it there.
import './base.js';
import {$, acts} from './acts.js';
import {ask, complain, tell} from './http.js';
import {parse} from './parse.js';
import {toast} from './toast.js';

const PAUSE = 150;
const dialog = $('join');
let verb = 'merge';
let about = 0; // the conversation somebody wants to join
let timer = 0;
let turn = 0;
let shown = 0; // which preview is waited for

/** What the page around does: `changed` looks at these conversations again, `led` hears that one went into another, `went` opens
one, `linked` counts links anew. */
export const around = {changed() {}, led() {}, went() {}, linked() {}};

const word = name => $('join-title').dataset[name];

/** Show a step of the dialog: the choice, or what `html` says of the result. */
export function show(name, html = '') {
  $('join-title').textContent = word(name);
  $('join-choose').hidden = Boolean(html);
  $('join-result').hidden = !html;
  $('join-result').replaceChildren(parse(html));
  if (!dialog.open) dialog.showModal();
  if (html) $('join-result').querySelector('[autofocus]')?.focus();
  else $('join-text').focus();
}

/** Nothing is asked any more. */
export function shut() {
  turn++;
  if (dialog?.open) dialog.close();
}

async function look() {
  const mine = ++turn;
  const asked = new URLSearchParams({q: $('join-text').value.trim(), verb});
  const html = await ask('GET', `/c/${about}/partners?${asked}`).catch(complain);
  if (mine === turn && html) $('join-list').replaceChildren(parse(html));
}

/** Let somebody choose with which one conversation `cid` is to be merged or linked. */
export function choose(name, cid) {
  [verb, about] = [name, cid];
  shown++;
  $('join-text').value = '';
  $('join-list').replaceChildren();
  show(name);
  look();
}

async function preview(from, into) {
  const mine = ++shown;
  const html = await ask('GET', `/c/${from}/merging/${into}`).catch(complain);
  if (html && mine === shown && dialog.open) show('preview', html); // not when she has shut it meanwhile, or begun anew
}

async function undo(joined, words, back = 0) {
  let answer;
  try {
    answer = JSON.parse(await ask('DELETE', `/joinings/${joined}`));
  } catch (error) {
    return complain(error);
  }
  toast(words);
  around.changed(about, answer.conversation);
  if (back) around.went(back);
}

async function link(other) {
  const cid = about;
  if (!await tell('PUT', `/c/${cid}/links/${other}`)) return;
  dialog.close();
  around.linked();
  toast(word('linked'), {label: word('undoLabel'), act: async () => { if (await tell('DELETE', `/c/${cid}/links/${other}`)) around.linked(); }});
}

/** What conversation `cid` is linked with, and what was merged into it, for the menu that says it. */
export async function links(cid) {
  about = cid;
  const box = $('thread-links');
  box.textContent = box.dataset.waiting;
  try {
    const html = await ask('GET', `/c/${cid}/links`);
    if (cid === about) box.replaceChildren(parse(html));
  } catch {
    const again = Object.assign(document.createElement('button'), {type: 'button', className: 'text-link', textContent: box.dataset.again});
    again.addEventListener('click', () => links(cid));
    if (cid === about) box.replaceChildren(box.dataset.failed, ' ', again);
  }
}

if (dialog) {
  acts['partners-back'] = () => show(verb);
  acts.partner = button => (button.dataset.verb === 'link' ? link(button.dataset.other) : preview(about, button.dataset.other));
  acts['merge-swap'] = button => preview(button.dataset.from, button.dataset.into);
  acts['link-to'] = button => link(button.dataset.other);
  acts.merge = async button => {
    const {from, into, said, undo: label, undone} = button.dataset;
    const here = about;
    button.setAttribute('aria-disabled', 'true');
    let answer;
    try {
      answer = JSON.parse(await ask('POST', `/c/${from}/merging/${into}`));
    } catch (error) {
      button.removeAttribute('aria-disabled');
      return complain(error);
    }
    dialog.close();
    toast(said, {label, act: () => { about = Number(into); undo(answer.joined, undone, here); }});
    around.led(Number(from), Number(into));
    around.changed(Number(from), Number(into));
    if (here !== answer.conversation) around.went(answer.conversation);
  };
  acts.unlink = async button => {
    const cid = about;
    const {other, said, undo: label} = button.dataset;
    if (!await tell('DELETE', `/c/${cid}/links/${other}`)) return;
    links(cid);
    around.linked();
    toast(said, {label, act: async () => { if (await tell('PUT', `/c/${cid}/links/${other}`)) around.linked(); }});
  };
  acts['unmerge-ask'] = async button => {
    $('thread-menu').hidePopover();
    const mine = ++turn;
    const html = await ask('GET', `/joinings/${button.dataset.joined}`).catch(complain);
    if (html && mine === turn) show('undo', html);
  };
  acts.unmerge = button => {
    dialog.close();
    undo(button.dataset.joined, button.dataset.undone);
  };
  $('join-text').addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
}
