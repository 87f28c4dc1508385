// The editor of segments: rows take the shape of what they ask for, and who fits is counted while they are written.
import {ask, complain} from '../parts/http.js';
import {parse} from '../parts/parse.js';

const PAUSE = 400; // ms without a stroke, before it is counted
const form = document.getElementById('builder');
const [rows, found] = ['rows', 'found'].map(id => document.getElementById(id));
let waits = 0;
let turn = 0;

form.dataset.live = ''; // the buttons that stand in for this script go

/** The form as the server reads it, with the button that was pressed. */
function given(act) {
  const data = new FormData(form);
  data.set('do', act);
  return new URLSearchParams(data);
}

async function count() {
  const mine = ++turn;
  found.setAttribute('aria-busy', 'true');
  try {
    const fresh = parse(await ask('POST', '/segments/preview', given('')));
    if (mine === turn) found.replaceChildren(fresh);
  } catch (error) {
    if (mine === turn && error.status === 429) later();
  }
  if (mine === turn) found.removeAttribute('aria-busy');
}

function later() {
  clearTimeout(waits);
  waits = setTimeout(count, PAUSE);
}

/** Where the focus was, to be found again in the new rows. */
function place(control) {
  const same = [...rows.querySelectorAll(`[name="${control.name}"]`)];
  return [control.name, same.indexOf(control)];
}

let before = Promise.resolve();
/** One after another: each asks with the rows the one before has left. */
const reshape = (...how) => { before = before.then(() => shape(...how)).catch(complain); };

async function shape(act, name, at) {
  const fresh = parse(await ask('POST', '/segments/rows', given(act)));
  rows.replaceChildren(fresh);
  const all = rows.querySelectorAll(`[name="${name}"]`);
  (all[at] ?? all[all.length - 1])?.focus();
  later();
}

form.addEventListener('change', event => {
  const control = event.target;
  if (control.matches('[data-reshape]')) reshape('', ...place(control));
});
form.addEventListener('input', event => { if (rows.contains(event.target)) later(); });
form.addEventListener('submit', event => {
  const act = event.submitter?.value ?? 'save';
  if (!rows.contains(event.submitter)) return;
  event.preventDefault();
  reshape(act, 'what', act.startsWith('remove') ? 0 : -1);
});

if (form.querySelector('[name=what]')) count();
