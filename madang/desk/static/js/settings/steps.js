// The editor of macros and of guides: steps are added, moved by button, key and mouse, and what comes of them is shown.
import {ask, complain} from '../parts/http.js';
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
let held = null;

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

/** Ask the server for the steps after a button, and put the focus where one goes on. */
async function reshape(act) {
  try {
    steps.replaceChildren(parse(await ask('POST', form.dataset.steps, given(act))));
  } catch (error) {
    return complain(error);
  }
  const [word, at, to] = act.split(' ');
  const every = [...steps.querySelectorAll('.move-card')];
  const place = {up: at - 1, down: Number(at) + 1, move: Number(to), remove: Math.min(at, every.length - 1)}[word] ?? every.length - 1;
  const fields = 'textarea, .move-body input:not([type=hidden], .sr), .move-body select';
  const button = word === 'up' || word === 'down' ? `button[value^="${word} "]:not(:disabled)` : fields;
  const step = every[place];
  (step?.querySelector(button) ?? step?.querySelector('button:not(:disabled)') ?? steps.querySelector('.add-step button'))?.focus();
  later();
}

function put(select) {
  const text = last?.isConnected && select.closest('.move-card').contains(last) ? last : select.closest('.move-card').querySelector('textarea');
  text.focus();
  text.setRangeText(`{{${select.value}}}`, text.selectionStart, text.selectionEnd, 'end');
  select.value = '';
  later();
}

async function attach(input) {
  const keys = input.closest('.move-card').querySelector('[name=files]');
  for (const file of [...input.files]) {
    const headers = {'x-csrf-token': token, 'x-desk': '1'};
    try {
      const answer = await fetch(`/uploads?name=${encodeURIComponent(file.name)}`, {method: 'POST', body: file, headers});
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.message);
      keys.value = `${keys.value} ${said.key}`.trim();
    } catch (error) {
      toast(error.message || form.dataset.lost, {tone: 'bad'});
    }
  }
  reshape('');
}

form.addEventListener('submit', event => {
  const act = event.submitter?.value ?? 'save';
  if (act === 'save') return void (leaving = true);
  event.preventDefault();
  reshape(act);
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
  const keys = button.closest('.move-card').querySelector('[name=files]');
  keys.value = keys.value.split(' ').filter(key => key !== button.dataset.unfile).join(' ');
  reshape('');
});
form.addEventListener('keydown', event => {
  const step = event.target.closest?.('.move-card');
  if (!step || event.isComposing || event.keyCode === 229 || !event.altKey || !['ArrowUp', 'ArrowDown'].includes(event.code)) return;
  event.preventDefault();
  reshape(`${event.code === 'ArrowUp' ? 'up' : 'down'} ${step.dataset.at}`);
});

// By mouse: a step is dragged by its grip and dropped on another one's place.
steps.addEventListener('dragstart', event => {
  held = event.target.closest('.move-card');
  if (!held) return;
  held.dataset.dragging = '';
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', held.dataset.at);
  event.dataTransfer.setDragImage(held, 12, 12);
});
steps.addEventListener('dragover', event => {
  const over = event.target.closest('.move-card');
  if (!held || !over) return;
  event.preventDefault();
  for (const one of steps.querySelectorAll('[data-over]')) if (one !== over) delete one.dataset.over;
  if (over !== held) over.dataset.over = '';
});
steps.addEventListener('dragend', () => {
  if (held) delete held.dataset.dragging;
  for (const one of steps.querySelectorAll('[data-over]')) delete one.dataset.over;
  held = null;
});
steps.addEventListener('drop', event => {
  const over = event.target.closest('.move-card');
  if (!held || !over || over === held) return;
  event.preventDefault();
  reshape(`move ${held.dataset.at} ${over.dataset.at}`);
});
addEventListener('beforeunload', event => { if (!leaving && words() !== kept) event.preventDefault(); });
