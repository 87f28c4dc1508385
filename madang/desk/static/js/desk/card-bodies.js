// What cards hold that is read only when they are open: fetched after the thread was painted, kept for a while, and
// changed in place.
import {$, acts} from '../parts/acts.js';
import {ask, complain, send} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {around} from './around.js';
import {current} from './nav.js';

const KEEP = 60_000;
const MOST = 40;
const panel = $('panel');
const kept = new Map(); // "customer name" → {at, html}
let soon = 0;

const bodies = () => [...panel.querySelectorAll('.pcard[data-open] > [data-lazy]')];
const key = name => `${$('pcards').dataset.customer} ${name}`;
const full = body => body.filled !== undefined && body.whose === $('pcards').dataset.customer; // a morph keeps the node, not always the customer
const isWritten = body => [...body.querySelectorAll('textarea, input:not([type=hidden])')].some(one => one.value !== one.defaultValue) || body.querySelector('.pfield-form');

/** Fill the open cards that are empty; with `names` those anew. */
export async function fetchCards(names = [], more = false) {
  const cid = current();
  if (!cid || !$('pcards')) return;
  for (const name of names) kept.delete(key(name));
  for (const body of bodies()) fromKept(body);
  const wanted = bodies().filter(body => names.includes(body.dataset.lazy) || !full(body)).map(body => body.dataset.lazy);
  if (!wanted.length) return;
  const {url, customer} = $('pcards').dataset;
  try {
    const html = await ask('GET', `${url}?${new URLSearchParams({names: wanted.join(','), more: more ? 1 : 0})}`);
    for (const fresh of parse(html).querySelectorAll('[data-body]')) keep(`${customer} ${fresh.dataset.body}`, fresh.innerHTML);
    if ($('pcards')?.dataset.customer === customer) for (const body of bodies()) if (wanted.includes(body.dataset.lazy)) fromKept(body, true);
  } catch (error) {
    if (cid === current()) fault(wanted);
    if (error.status === 401) complain(error);
  }
}

function keep(name, html) {
  kept.delete(name);
  kept.set(name, {at: performance.now(), html});
  if (kept.size > MOST) kept.delete(kept.keys().next().value);
}

function fromKept(body, anew = false) {
  const found = kept.get(key(body.dataset.lazy));
  if (!found || performance.now() - found.at > KEEP || (full(body) && !anew)) return;
  if (full(body) && (body.filled === found.html || isWritten(body))) return;
  const focus = body.contains(document.activeElement) ? document.activeElement.id : '';
  body.replaceChildren(...parse(found.html).childNodes);
  body.filled = found.html;
  body.whose = $('pcards').dataset.customer;
  if (focus) $(focus)?.focus({preventScroll: true});
}

function fault(names) {
  for (const body of bodies()) {
    if (!names.includes(body.dataset.lazy) || full(body)) continue;
    body.querySelector('.pcard-wait').hidden = true;
    body.querySelector('.pcard-fault').hidden = false;
  }
}

acts['card-again'] = button => {
  const body = button.closest('[data-lazy]');
  body.querySelector('.pcard-wait').hidden = false;
  body.querySelector('.pcard-fault').hidden = true;
  fetchCards([body.dataset.lazy]);
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
  try {
    await send('POST', url, values);
  } catch (error) {
    complain(error);
    return false;
  }
  await fetchCards(names);
  if (focus) $(focus)?.focus({preventScroll: true});
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
  form.reset();
  form.classList.remove('pfield-form'); // what is written in it is on its way
  if (await change(form.action, values, [form.dataset.cardForm], focus)) {
    if (form.dataset.cardForm === 'fields') around();
    return;
  }
  form.classList.toggle('pfield-form', form.dataset.cardForm === 'fields');
  [...form.elements].filter(one => one.type !== 'hidden').forEach((one, at) => { one.value = words[at]; });
  form.removeAttribute('aria-busy');
});

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
    place.append(...parse(await ask('GET', button.dataset.url)).childNodes);
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
  if (!form || event.key !== 'Escape' || event.isComposing) return;
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
  label.removeAttribute('aria-busy');
  fetchCards(['files']);
});

const painted = work => requestAnimationFrame(() => setTimeout(work));
document.addEventListener('desk:opened', () => {
  if (!$('pcards')) return;
  for (const body of bodies()) fromKept(body); // what is known stands there at once
  painted(() => fetchCards());
});
document.addEventListener('desk:around', () => {
  for (const body of bodies()) fromKept(body);
  clearTimeout(soon);
  soon = setTimeout(() => fetchCards(bodies().map(body => body.dataset.lazy)), 300);
});
if (current()) fetchCards();
