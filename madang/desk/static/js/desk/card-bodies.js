// What cards hold that is read only when they are open. What was open came with the conversation; of a card that is opened
// now it is fetched, kept for a while, and changed in place.
import {$, acts} from '../parts/acts.js';
import {ask, complain, send} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {around} from './around.js';
import {current, forget} from './nav.js';
import {place} from './swap.js';

const KEEP = 60_000;
const MOST = 40;
const AGAIN = 5_000;
const panel = $('panel');
const kept = new Map(); // "customer name" → {at, html}
let soon = 0;

const bodies = () => [...panel.querySelectorAll('.pcard[data-open] > [data-lazy]')];
const key = name => `${$('pcards').dataset.customer} ${name}`;
const full = body => body.filled !== undefined && body.whose === $('pcards').dataset.customer; // a morph keeps the node, not always the customer

/** What came with the conversation is hers, and is only replaced by something else. */
function own() {
  for (const body of panel.querySelectorAll('[data-lazy][data-filled]')) {
    if (body.filled !== undefined) continue;
    body.filled = body.innerHTML.trim();
    body.whose = $('pcards').dataset.customer;
  }
}

/** Fill the open cards that are empty; with `names` those anew. */
export async function fetchCards(names = [], more = false) {
  const cid = current();
  if (!cid || !$('pcards')) return;
  for (const name of names) kept.delete(key(name));
  for (const body of bodies()) fromKept(body);
  const wanted = bodies().filter(body => names.includes(body.dataset.lazy) || !full(body)).map(body => body.dataset.lazy);
  if (!wanted.length) return;
  const {url, customer} = $('pcards').dataset;
  waits(wanted, true);
  try {
    const html = await ask('GET', `${url}?${new URLSearchParams({names: wanted.join(','), more: more ? 1 : 0})}`);
    for (const fresh of parse(html).querySelectorAll('[data-body]')) keep(`${customer} ${fresh.dataset.body}`, fresh.innerHTML.trim());
    if ($('pcards')?.dataset.customer === customer) for (const body of bodies()) if (wanted.includes(body.dataset.lazy)) await fromKept(body, true);
    if (cid === current()) waits(wanted, false);
  } catch (error) {
    if (cid === current()) waits(wanted, false, true);
    if (error.status === 401) complain(error);
    else if (cid === current() && bodies().some(body => body.filled !== undefined && !full(body))) soon = setTimeout(fetchCards, AGAIN);
  }
}

function keep(name, html) {
  kept.delete(name);
  kept.set(name, {at: performance.now(), html});
  if (kept.size > MOST) kept.delete(kept.keys().next().value);
}

async function fromKept(body, anew = false) {
  const found = kept.get(key(body.dataset.lazy));
  if (!found || performance.now() - found.at > KEEP || (full(body) && !anew)) return;
  if (full(body) && body.filled === found.html) return;
  if (body.filled === undefined) body.replaceChildren(...parse(found.html).childNodes);
  else if (!await renew(body, found.html)) return;
  body.filled = found.html;
  body.whose = $('pcards').dataset.customer;
}

/** What is new comes around what is being written here. Not when its place is gone: words are worth more than news. */
async function renew(body, html) {
  const fresh = parse(html);
  const written = [...body.querySelectorAll('textarea')].filter(one => one.value !== one.defaultValue).map(one => one.form);
  if (written.some(form => form.id && !fresh.getElementById(form.id))) return false;
  for (const open of body.querySelectorAll('details[open]')) for (const one of fresh.querySelectorAll(`.${open.className}`)) one.open = true;
  for (const form of body.querySelectorAll('form[id]:not([hidden])')) {
    fresh.getElementById(form.id)?.removeAttribute('hidden');
    fresh.querySelector(`[aria-controls=${form.id}]`)?.setAttribute('aria-expanded', 'true');
  }
  const left = [...written, ...[...body.querySelectorAll('.pfield-form')].map(form => form.closest('dd'))];
  for (const one of left) one.setAttribute('hx-morph-skip', '');
  const part = document.createElement('hx-partial');
  part.setAttribute('hx-target', `#${body.id}`);
  part.setAttribute('hx-swap', 'innerMorph');
  part.append(fresh);
  await place(part.outerHTML);
  for (const one of left) one.removeAttribute('hx-morph-skip');
  return true;
}

/** What an open card without anything shows: that it comes, or that it did not. */
function waits(names, busy, fault = false) {
  for (const body of bodies()) {
    if (!names.includes(body.dataset.lazy)) continue;
    body.ariaBusy = busy || null;
    if (body.filled !== undefined) continue; // full, or of the customer she was before she was joined: it stays until hers is here
    body.querySelector('.pcard-wait').hidden = fault;
    body.querySelector('.pcard-fault').hidden = !fault;
  }
}

acts['card-again'] = button => {
  const {lazy} = button.closest('[data-lazy]').dataset;
  fetchCards([lazy]);
  $(`card-${lazy}-head`).focus(); // the button goes
};
acts['card-more'] = () => fetchCards(['timeline'], true);

acts['card-edit'] = button => {
  const form = $(button.getAttribute('aria-controls'));
  form.hidden = !form.hidden;
  button.setAttribute('aria-expanded', String(!form.hidden));
  if (!form.hidden) form.querySelector('textarea').focus();
};

/** Post, look at the card again, and go back to where one was. */
async function change(url, values, names, focus = '') {
  const cid = current();
  const stale = names.map(key);
  try {
    await send('POST', url, values);
  } catch (error) {
    complain(error);
    return false;
  }
  forget(cid); // fetched while it is open: it would show what was
  for (const name of stale) kept.delete(name);
  if (cid !== current()) return true; // she is elsewhere, and the focus with her
  await fetchCards(names);
  if (focus && cid === current()) $(focus)?.focus({preventScroll: true});
  return true;
}

panel.addEventListener('submit', async event => {
  const form = event.target;
  if (!form.dataset.cardForm) return;
  event.preventDefault();
  if (form.getAttribute('aria-busy') === 'true') return;
  form.setAttribute('aria-busy', 'true');
  const values = new URLSearchParams(new FormData(form));
  const focus = form.querySelector('[id]')?.id ?? form.closest('dd')?.querySelector('[data-act=card-field]')?.id;
  const words = [...form.elements].filter(one => one.type !== 'hidden').map(one => one.value);
  const place = note();
  form.reset();
  keepNote();
  form.classList.remove('pfield-form'); // what is written in it is on its way
  if (await change(form.action, values, [form.dataset.cardForm], focus)) {
    form.removeAttribute('aria-busy');
    if (form.dataset.cardForm === 'fields') saved(form, focus);
    return;
  }
  if (!form.isConnected) return form.elements['panel-note'] && keepAs(place, words.find(Boolean)); // where she is looked at again
  form.classList.toggle('pfield-form', form.dataset.cardForm === 'fields');
  [...form.elements].filter(one => one.type !== 'hidden').forEach((one, at) => { one.value = words[at]; });
  keepNote();
  form.removeAttribute('aria-busy');
});

// What was saved as it had been changes nothing in the card: the form goes all the same.
function saved(form, focus) {
  if (!form.isConnected) return;
  form.closest('dd')?.removeAttribute('data-edited');
  form.remove();
  $(focus)?.focus({preventScroll: true});
  around();
}

acts['card-drop'] = async button => {
  const {url, said, undo} = button.dataset;
  const name = button.closest('[data-lazy]').dataset.lazy;
  if (!await change(`${url}/deletion`, {}, [name], `card-${name}-head`)) return;
  toast(said, {label: undo, act: () => change(`${url}/restoration`, {}, [name], `card-${name}-head`)});
};

acts['card-untag'] = async button => {
  const {url, tag, said, undo} = button.dataset;
  if (!await change(`${url}/removal`, {tag}, ['groups'], 'panel-customer-tag')) return;
  toast(said, {label: undo, act: () => change(url, {tag}, ['groups'], 'panel-customer-tag')});
};

acts['card-field'] = async button => {
  const place = button.closest('dd');
  if (place.querySelector('.pfield-form')) return;
  try {
    const form = parse(await ask('GET', button.dataset.url));
    if (!place.isConnected || place.querySelector('.pfield-form')) return; // pressed twice, or she is elsewhere
    place.append(form);
    place.dataset.edited = '';
    place.querySelector('.pfield-form :is(input:not([type=hidden]), select)').focus();
  } catch (error) {
    complain(error);
  }
};

acts['card-field-off'] = button => shut(button.closest('dd'));
function shut(place) {
  place.querySelector('.pfield-form').remove();
  delete place.dataset.edited;
  place.querySelector('[data-act=card-field]').focus();
}
panel.addEventListener('keydown', event => {
  const form = event.target.closest('.pfield-form');
  if (!form || event.key !== 'Escape' || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  event.stopPropagation();
  shut(form.closest('dd'));
});

panel.addEventListener('change', async event => {
  const files = event.target.dataset.cardFiles;
  if (!files) return;
  const label = event.target.closest('label');
  label.setAttribute('aria-busy', 'true');
  try {
    for (const file of event.target.files) await send('POST', `${files}?${new URLSearchParams({name: file.name})}`, file);
  } catch (error) {
    complain(error);
  }
  event.target.value = ''; // the same one can be chosen again
  label.removeAttribute('aria-busy');
  fetchCards(['files']);
});

// A note that is not finished waits in this tab until its customer is looked at again.
const note = () => `note-${$('desk').dataset.me}-${$('pcards')?.dataset.customer}`;
function keepNote() {
  if ($('panel-note')) keepAs(note(), $('panel-note').value);
}
function keepAs(place, value) {
  try {
    value ? sessionStorage.setItem(place, value) : sessionStorage.removeItem(place);
  } catch { /* a browser that keeps nothing */ }
}
function noteBack() {
  if ($('panel-note')) $('panel-note').value ||= sessionStorage.getItem(note()) ?? '';
}
panel.addEventListener('input', ({target}) => { if (target.id === 'panel-note') keepNote(); });

document.addEventListener('desk:beside', () => {
  if (!$('pcards')) return;
  own();
  noteBack();
  for (const body of bodies()) fromKept(body); // opened here after it had been fetched
  if (!bodies().every(full)) setTimeout(fetchCards);
});
document.addEventListener('desk:renewed', () => { own(); noteBack(); });
document.addEventListener('desk:around', () => {
  keepNote(); // perhaps she is joined with somebody now: what is being written is about her still
  for (const body of bodies()) fromKept(body);
  clearTimeout(soon);
  soon = setTimeout(() => fetchCards(bodies().map(body => body.dataset.lazy)), 300);
});
if (current()) {
  own();
  noteBack();
}
