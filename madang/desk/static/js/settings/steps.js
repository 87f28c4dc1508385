// The editor of macros and of guides: steps are added, moved by button, key and mouse, and what comes of them is shown.
// It is kept as every form of the settings (save.js), which draws it anew: what is in it is looked up each time.
import {ask, complain} from '../parts/http.js';
import {ordering} from '../parts/ordering.js';
import {parse} from '../parts/parse.js';

const PAUSE = 350;
const form = document.getElementById('steps-form');
const wrong = document.getElementById('steps-wrong');
const steps = () => document.getElementById('steps');
const look = () => document.getElementById('look');
let waits = 0;
let turn = 0;
let last = null; // the text the caret was in
let asked = Promise.resolve(); // one after another, else they would cross
let under = 0; // how many of them are not through

function given(act) {
  const data = new FormData(form);
  data.set('act', act);
  for (const [name, value] of [...data]) if (typeof value !== 'string') data.delete(name);
  return new URLSearchParams(data);
}

const later = () => { clearTimeout(waits); waits = setTimeout(preview, PAUSE); };

/** It is another now: it may have to be saved, and something else comes of it. */
const touched = () => form.querySelector('#f-name').dispatchEvent(new Event('input', {bubbles: true}));

async function preview() {
  const mine = ++turn;
  look().setAttribute('aria-busy', 'true');
  try {
    const fresh = parse(await ask('POST', form.dataset.preview, given('')));
    if (mine === turn) show(fresh);
  } catch (error) {
    if (mine === turn && error.status !== 400) complain(error);
  }
  if (mine === turn) look().removeAttribute('aria-busy');
}

/** All of it is there to be read; what is wrong is said, and only when it is something else. */
function show(fresh) {
  const place = look();
  const focused = place.contains(document.activeElement) ? document.activeElement.id : '';
  place.replaceChildren(fresh);
  if (focused) document.getElementById(focused)?.focus();
  const said = [...place.querySelectorAll('.help[data-tone=bad]')].map(one => one.textContent.trim()).join(' ');
  if (wrong.textContent !== said) wrong.textContent = said;
}

const cards = () => [...steps().querySelectorAll('.move-card')];

/** Add one, remove `card`, or look at all anew after its files have changed; the focus goes where one goes on. */
const reshape = (act, card) => queue(() => shaped(act, card));

function queue(what) {
  under += 1;
  asked = asked.catch(() => {}).then(what).catch(complain).finally(() => { under -= 1; });
}

async function shaped(act, card) {
  let mine = cards();
  const at = mine.indexOf(card);
  const gone = act === 'remove';
  if (card && at < 0) return; // it is removed already
  const fresh = parse(await ask('POST', form.dataset.steps, given(gone ? `remove ${at}` : act)));
  if (!form.contains(mine[0])) mine = cards(); // it was saved meanwhile
  if (gone) mine.splice(at, 1)[0].remove();
  [...fresh.querySelectorAll('.move-card')].forEach((one, place) => {
    if (mine[place]) mine[place].replaceChildren(...one.childNodes); // the card stays: it may be moved, or moved back
    else steps().querySelector('.move-cards').append(one);
  });
  steps().querySelector('.add-step')?.replaceWith(fresh.querySelector('.add-step'));
  ends();
  const every = cards();
  const next = gone ? every[Math.min(at, every.length - 1)] : card ?? every.at(-1);
  const field = card && !gone ? '[data-files]' : 'textarea, .move-body input:not([type=hidden], .sr), .move-body select';
  (next?.querySelector(field) ?? next?.querySelector('button:not(:disabled)') ?? steps().querySelector('.add-step button'))?.focus();
  touched();
}

/** The first goes no higher, the last no lower. */
function ends() {
  cards().forEach((card, at, all) => {
    const had = document.activeElement;
    const [up, down] = card.querySelectorAll('.move-head [name=act]');
    if (!up) return; // one that is only looked at
    up.disabled = !at;
    down.disabled = at === all.length - 1;
    if (had.disabled && card.contains(had)) (at ? up : down).focus();
  });
}

const keep = () => { ends(); touched(); };
const about = {item: '.move-card', grip: '.move-grip', head: '.move-head', alt: ':not(select)', name: card => card.ariaLabel, keep};
const move = ordering(document.getElementById('content'), about);

/** A browser completes the whole field: what stands before the last comma goes along with each topic it offers. */
function offer(field) {
  const before = field.value.slice(0, field.value.lastIndexOf(',') + 1);
  for (const one of field.list.options) one.value = before ? `${before} ${one.dataset.topic}` : one.dataset.topic;
}

function put(select) {
  const text = last?.isConnected && select.closest('.move-card').contains(last) ? last : select.closest('.move-card').querySelector('textarea');
  text.focus();
  text.setRangeText(`{{${select.value}}}`, text.selectionStart, text.selectionEnd, 'end');
  select.value = '';
  touched();
}

async function attach(card, files) {
  const at = cards().indexOf(card);
  const here = () => form.contains(card) ? card : cards()[at]; // else it was saved meanwhile
  for (const file of files) {
    try {
      const {key} = JSON.parse(await ask('POST', `/uploads?name=${encodeURIComponent(file.name)}`, file));
      const keys = here().querySelector('[name=files]');
      keys.value = `${keys.value} ${key}`.trim();
    } catch (error) {
      complain(error);
    }
  }
  await shaped('', here());
}

/** Saved is what stands there when everything asked for is there. */
function wait(submitter) {
  const state = form.querySelector('.save-state');
  state.dataset.state = 'busy';
  state.textContent = state.dataset.busy;
  asked.catch(() => {}).then(() => form.requestSubmit(submitter));
}

form.addEventListener('submit', event => {
  const act = event.submitter?.value || 'save';
  if (act === 'save' && !under) return; // the rest is save.js
  event.preventDefault();
  if (act === 'save') return wait(event.submitter);
  const [name] = act.split(' '); // its number is of when the page was made
  const by = {up: -1, down: 1}[name];
  if (by) move(event.submitter, by);
  else reshape(name === 'remove' ? name : act, event.submitter.closest('.move-card'));
});
form.addEventListener('change', ({target}) => {
  if (target.matches('[data-place]') && target.value) put(target);
  else if (target.matches('[data-files]')) queue(() => attach(target.closest('.move-card'), [...target.files]));
  else later();
});
form.addEventListener('input', ({target}) => { if (target.list) offer(target); });
form.addEventListener('input', ({target}) => { if (!target.matches('[type=file], [data-place]')) later(); });
form.addEventListener('focusin', ({target}) => { if (target.matches('textarea')) last = target; });
form.addEventListener('click', ({target}) => {
  const button = target.closest('[data-unfile]');
  if (!button) return;
  const card = button.closest('.move-card');
  const keys = card.querySelector('[name=files]');
  keys.value = keys.value.split(' ').filter(key => key !== button.dataset.unfile).join(' ');
  reshape('', card);
});
