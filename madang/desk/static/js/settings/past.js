// What was changed: looked at below each page, and taken back without leaving it.
import {ask, complain, follow} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {content, takeOver} from './form.js';

const place = document.getElementById('settings-past');
const body = place?.querySelector('.past-body');

let turn = 0;

async function draw() {
  if (!body) return;
  const mine = ++turn;
  try {
    const back = new URLSearchParams({back: location.pathname});
    const address = place.dataset.past;
    const html = await ask('GET', `${address}${address.includes('?') ? '&' : '?'}${back}`);
    if (mine === turn) body.replaceChildren(...parse(html).childNodes); // else what was asked later is here already
  } catch {
    // its link still leads there
  }
}

document.addEventListener('submit', async event => {
  const form = event.target;
  if (!form.matches('form[data-undo]') || event.defaultPrevented) return;
  event.preventDefault();
  if (form.ariaBusy === 'true') return;
  form.ariaBusy = 'true';
  const saved = new Map([...document.querySelectorAll('form[data-save]')].map(one => [one, content(one)]));
  try {
    const answer = await follow('POST', form.action, new URLSearchParams(new FormData(form)));
    if (!body || !saved.size) return location.reload(); // a page that is a list shows it nowhere else
    const page = parse(answer.text);
    for (const [one, was] of saved) renew(one, was, page);
    await draw();
    body.querySelector('button')?.focus({preventScroll: true});
  } catch (error) {
    complain(error);
  } finally {
    form.ariaBusy = null;
  }
});

/** A form of this page has another value now; what is being written in it is left alone. */
function renew(form, was, page) {
  const fresh = page.querySelector(`form[data-save]#${CSS.escape(form.id)}`);
  if (!fresh || form.querySelector('.save-state')?.dataset.state === 'open' || content(form) !== was) return;
  takeOver(form, fresh, true);
  document.dispatchEvent(new CustomEvent('settings:taken', {detail: {form, fresh}}));
}

document.addEventListener('settings:saved', draw);
document.addEventListener('settings:crossed', draw);
if (place && !place.querySelector('.past')) draw();
