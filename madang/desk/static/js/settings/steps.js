// The editor of macros and of guides: steps are added, moved by button, key and mouse, and what comes of them is shown.
import {ask, complain} from '../parts/http.js';
import {ordering} from '../parts/ordering.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';

const PAUSE = 350;
const form = document.getElementById('steps-form');
const steps = document.getElementById('steps');
const look = document.getElementById('look');
const token = document.querySelector('meta[name=csrf]').content;
let waits = 0;
let turn = 0;
let last = null; // the text the caret was in
let asked = Promise.resolve(); // one after another, else they would cross

function given(act) {
  const data = new FormData(form);
  data.set('act', act);
  for (const [name, value] of [...data]) if (typeof value !== 'string') data.delete(name);
  return new URLSearchParams(data);
}

/** What is kept of it; which conversation the preview is about is not. */
const words = () => [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !['about', 'spoken', 'csrf'].includes(name)).join('\n');
const kept = words();
let leaving = false;

const later = () => { clearTimeout(waits); waits = setTimeout(preview, PAUSE); };

async function preview() {
  if (!look) return;
  const mine = ++turn;
  look.setAttribute('aria-busy', 'true');
  try {
    const fresh = parse(await ask('POST', form.dataset.preview, given('')));
    const focused = look.contains(document.activeElement) ? document.activeElement.id : '';
    if (mine === turn) look.replaceChildren(fresh);
    if (focused) document.getElementById(focused)?.focus();
  } catch (error) {
    if (mine === turn && error.status !== 400) complain(error);
  }
  if (mine === turn) look.removeAttribute('aria-busy');
}

const cards = () => [...steps.querySelectorAll('.move-card')];

/** Add one, remove `card`, or look at all anew after its files have changed; the focus goes where one goes on. */
function reshape(act, card) {
  asked = asked.catch(() => {}).then(() => shaped(act, card));
}

async function shaped(act, card) {
  const mine = cards();
  const at = mine.indexOf(card);
  const gone = act === 'remove';
  if (card && at < 0) return; // it is removed already
  let fresh;
  try {
    fresh = parse(await ask('POST', form.dataset.steps, given(gone ? `remove ${at}` : act)));
  } catch (error) {
    return complain(error);
  }
  if (gone) mine.splice(at, 1)[0].remove();
  [...fresh.querySelectorAll('.move-card')].forEach((one, place) => {
    if (mine[place]) mine[place].replaceChildren(...one.childNodes); // the card stays: it may be moved, or moved back
    else steps.querySelector('.move-cards').append(one);
  });
  steps.querySelector('.add-step')?.replaceWith(fresh.querySelector('.add-step'));
  ends();
  const every = cards();
  const next = gone ? every[Math.min(at, every.length - 1)] : card ?? every.at(-1);
  const field = card && !gone ? '[data-files]' : 'textarea, .move-body input:not([type=hidden], .sr), .move-body select';
  (next?.querySelector(field) ?? next?.querySelector('button:not(:disabled)') ?? steps.querySelector('.add-step button'))?.focus();
  later();
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

const keep = () => { ends(); later(); };
const about = {item: '.move-card', grip: '.move-grip', head: '.move-head', alt: ':not(select)', name: card => card.ariaLabel, keep};
const move = ordering(document.getElementById('content'), about);

function put(select) {
  const text = last?.isConnected && select.closest('.move-card').contains(last) ? last : select.closest('.move-card').querySelector('textarea');
  text.focus();
  text.setRangeText(`{{${select.value}}}`, text.selectionStart, text.selectionEnd, 'end');
  select.value = '';
  later();
}

async function attach(input) {
  const card = input.closest('.move-card');
  for (const file of [...input.files]) {
    const headers = {'x-csrf-token': token, 'x-desk': '1'};
    try {
      const answer = await fetch(`/uploads?name=${encodeURIComponent(file.name)}`, {method: 'POST', body: file, headers});
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.message);
      const keys = card.querySelector('[name=files]');
      keys.value = `${keys.value} ${said.key}`.trim();
    } catch (error) {
      toast(error.message || form.dataset.lost, {tone: 'bad'});
    }
  }
  reshape('', card);
}

form.addEventListener('submit', event => {
  const act = event.submitter?.value ?? 'save';
  if (act === 'save') return void (leaving = true);
  event.preventDefault();
  const [name] = act.split(' '); // its number is of when the page was made
  const by = {up: -1, down: 1}[name];
  if (by) move(event.submitter, by);
  else reshape(name === 'remove' ? name : act, event.submitter.closest('.move-card'));
});
form.addEventListener('change', ({target}) => {
  if (target.matches('[data-place]') && target.value) put(target);
  else if (target.matches('[data-files]')) attach(target);
  else later();
});
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
addEventListener('beforeunload', event => { if (!leaving && words() !== kept) event.preventDefault(); });
