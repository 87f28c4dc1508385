// Forms with data-save stay on their page: saved with the time, what is wrong at its field, and nobody leaves unsaved by
// accident. Without this script they are forms like any other.
import {fill} from '../parts/acts.js';
import {complain, Refused, reply} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {take} from '../people/parts.js';
import {toast} from '../parts/toast.js';
import {content, takeOver} from './form.js';
import {meanwhile, remember} from './meanwhile.js';

const kept = new Map(); // form → what is saved of it
const busy = new WeakSet();
const forms = () => [...document.querySelectorAll('form[data-save]')];
const time = new Intl.DateTimeFormat(document.documentElement.lang, {hour: '2-digit', minute: '2-digit'});
let leaving = false;

for (const form of forms()) {
  kept.set(form, form.hasAttribute('data-unsaved') ? '' : content(form));
  remember(form);
}

const open = form => kept.has(form) && kept.get(form) !== content(form);

function say(form, state, more = {}) {
  const place = form.querySelector('.save-state');
  if (!place) return;
  place.dataset.state = state;
  place.textContent = state ? fill(place.dataset[state], {time: time.format(new Date()), ...more}) : '';
}

function look(event) {
  const form = event.target.form;
  if (!kept.has(form) || busy.has(form)) return;
  const state = form.querySelector('.save-state')?.dataset.state;
  if (open(form)) { if (state !== 'open') say(form, 'open'); }
  else if (state === 'open') say(form, '');
}
document.addEventListener('input', look);
document.addEventListener('change', look);

document.addEventListener('submit', event => {
  const form = event.target;
  if (!form.matches('form[data-save]') || event.defaultPrevented) return;
  event.preventDefault();
  if (!busy.has(form)) save(form, event.submitter);
});

async function save(form, submitter) {
  busy.add(form);
  say(form, 'busy');
  try {
    if (await crossed(form, submitter)) return;
    const sent = content(form);
    const given = new FormData(form, submitter);
    const answer = await reply('POST', form.action, form.enctype === 'multipart/form-data' ? given : new URLSearchParams(given));
    settle(form, answer, sent, keeps(submitter));
  } catch (error) {
    say(form, 'failed');
    complain(error);
  } finally {
    busy.delete(form);
  }
}

/** Adding a row keeps nothing yet. */
const keeps = submitter => submitter?.name !== 'act' || submitter.value === 'save';

/** Whether somebody else has changed the same since. What keeps nothing overwrites nobody. */
async function crossed(form, submitter) {
  if (!keeps(submitter)) return false;
  const both = await meanwhile(form);
  if (!both.length) return false;
  say(form, 'crossed', {what: both.join(', ')});
  form.querySelector('.save-state')?.scrollIntoView({block: 'nearest'}); // she may have saved by the key, far above
  document.dispatchEvent(new CustomEvent('settings:crossed'));
  return true;
}

function settle(form, answer, sent, keeping) {
  if (!answer.text.trimStart().startsWith('<')) throw new Refused(answer.status, JSON.parse(answer.text).message);
  const page = parse(answer.text);
  const fresh = page.querySelector(`form[data-save]#${CSS.escape(form.id)}`);
  const here = new URL(answer.url).pathname === location.pathname || new URL(answer.url).pathname === new URL(form.action).pathname;
  if (!fresh || !here) return lead(answer, page);
  const untouched = content(form) === sent;
  const typing = keeping && !untouched && form.hasAttribute('data-whole'); // drawn anew it would lose what was typed since
  if (!typing) takeOver(form, fresh, answer.ok && untouched);
  if (!answer.ok) return wrong(form, page);
  if (fresh.hasAttribute('data-unsaved')) return say(form, 'open');
  remember(form, fresh);
  kept.set(form, untouched ? content(form) : sent);
  say(form, untouched ? 'saved' : 'open');
  title(page);
  take(answer.text);
  document.dispatchEvent(new CustomEvent('settings:saved'));
}

function lead(answer, page) {
  if (!answer.ok) throw new Refused(answer.status, page.querySelector('.notice[data-tone=bad], .error-text, main p')?.textContent.trim() ?? '');
  leaving = true;
  location.assign(answer.url);
}

function wrong(form, page) {
  say(form, 'failed');
  const first = form.querySelector('[aria-invalid=true], [data-bad] input, [data-bad] select, [data-bad] textarea');
  if (first) return first.focus();
  const said = page.querySelector('.notice[data-tone=bad]');
  if (said) toast(said.textContent.trim(), {tone: 'bad'});
}

/** The page is called as what was saved; another language or look is another page. */
function title(page) {
  const heading = page.querySelector('.page-head h1');
  const mine = document.querySelector('.page-head h1');
  if (heading && mine && mine.textContent !== heading.textContent) mine.replaceChildren(...heading.childNodes);
  document.title = page.querySelector('title')?.textContent ?? document.title;
}

document.addEventListener('settings:taken', event => {
  kept.set(event.detail.form, content(event.detail.form));
  say(event.detail.form, '');
});

addEventListener('beforeunload', event => {
  if (!leaving && forms().some(open)) event.preventDefault();
});
