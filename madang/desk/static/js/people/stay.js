// Forms and links with data-stay do not load the page: what they lead to is placed in parts. Without this script they
// work as forms and links do.
import {$} from '../parts/acts.js';
import {complain, follow} from '../parts/http.js';
import {takeAround} from './parts.js';

const SHORT = 4_000;
const WHILE = 30_000; // the page looks again, as long as somebody looks at it
const SOON = 5_000; // while a customer is asked for a code
const under = new Set(); // forms and links whose answer has not come: pressed twice is once
let before = Promise.resolve(); // what was pressed meanwhile comes after it
let timer = 0;

async function lead(method, url, body, source = {}) {
  if (under.has(source)) return null;
  under.add(source);
  const done = before.then(() => taken(method, url, body, source));
  before = done;
  return done;
}

async function taken(method, url, body, source) {
  try {
    const answer = await follow(method, url, body);
    if (body) source.reset(); // what was written in it is there now
    takeAround(answer.text);
    passing();
    if (document.querySelector('[data-part=question]')) $('content').scrollTop = 0;
    document.dispatchEvent(new CustomEvent('desk:who'));
    return answer.url;
  } catch (error) {
    complain(error);
    return null;
  } finally {
    under.delete(source);
  }
}

/** An address without the word on what was done: a reload does not say it again. */
const plain = address => {
  const url = new URL(address, location);
  for (const name of ['done', 'undo', 'merge', 'gone_claim', 'spam']) url.searchParams.delete(name);
  return url.pathname + url.search;
};

/** What was done is said for a while; what can be undone stays to be undone. */
function passing() {
  clearTimeout(timer);
  const toast = document.querySelector('.said .toast:not([data-keeps])');
  if (toast) timer = setTimeout(() => toast.remove(), SHORT);
}

document.addEventListener('submit', async event => {
  const form = event.target;
  if (!form.matches('[data-stay]') || event.defaultPrevented) return;
  event.preventDefault();
  const given = new FormData(form, event.submitter);
  const body = form.enctype === 'multipart/form-data' ? given : new URLSearchParams(given);
  const at = await lead('POST', form.action, body, form);
  if (at) history.replaceState(null, '', plain(at));
});

document.addEventListener('click', async event => {
  const link = event.target.closest('a[data-stay]');
  if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const at = await lead('GET', link.href, null, link);
  if (at) history.pushState(null, '', plain(at));
});

addEventListener('popstate', () => lead('GET', location.href));

const inHand = () => document.querySelector('details.edit[open], dialog[open]') || document.activeElement?.matches('input, select, textarea');

async function look() {
  if (under.size || document.hidden || inHand()) return;
  try {
    const answer = await follow('GET', location.pathname + location.search);
    if (!under.size && !inHand()) takeAround(answer.text, 'said');
  } catch {
    // the next look may reach the server again
  }
}

if (document.querySelector('[data-part=fields], [data-part=question]')) {
  setInterval(look, WHILE);
  setInterval(() => document.querySelector('[data-soon]') && look(), SOON);
  document.addEventListener('visibilitychange', look);
}
history.replaceState(null, '', plain(location.href));
passing();
