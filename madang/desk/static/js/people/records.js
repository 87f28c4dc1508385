// The timeline goes on below without loading the page; files go up beside it. Without this script its link is a page.
import {complain, ask, Refused} from '../parts/http.js';
import {word} from '../parts/acts.js';
import {parse} from '../parts/parse.js';
import {takeAround} from './parts.js';

const token = document.querySelector('meta[name=csrf]').content;

document.addEventListener('click', async event => {
  const link = event.target.closest('a[data-older]');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (link.getAttribute('aria-busy') === 'true') return;
  link.setAttribute('aria-busy', 'true');
  try {
    place(link.closest('li'), parse(await ask('GET', link.dataset.older)));
  } catch (error) {
    link.removeAttribute('aria-busy');
    complain(error);
  }
});

/** More rows in the place of the link. A day that has a head already gets no second one. */
function place(more, rows) {
  const list = more.parentElement;
  const first = rows.querySelector('.line-day');
  if (first && [...list.querySelectorAll('.line-day')].at(-1)?.dataset.day === first.dataset.day) first.remove();
  more.replaceWith(rows);
  list.closest('[data-part]')?.removeAttribute('data-part'); // looked at again, it would lose what was unfolded
}

document.addEventListener('click', event => {
  if (event.target.closest('.line-chips a')) document.getElementById('timeline').dataset.part = 'timeline';
}, {capture: true});

document.addEventListener('change', async event => {
  const chosen = event.target.closest('input[data-files]');
  if (!chosen) return;
  chosen.closest('label').setAttribute('aria-busy', 'true');
  try {
    for (const file of chosen.files) await up(chosen.dataset.files, file);
  } catch (error) {
    complain(error);
  }
  chosen.value = '';
  chosen.closest('label').removeAttribute('aria-busy');
  takeAround(await ask('GET', location.pathname + location.search).catch(() => ''), 'said'); // what is half written elsewhere stays
});

async function up(address, file) {
  let answer;
  try {
    const headers = {'x-csrf-token': token, 'x-desk': '1', 'content-type': file.type || 'application/octet-stream'};
    answer = await fetch(`${address}?name=${encodeURIComponent(file.name)}`, {method: 'POST', body: file, headers});
  } catch {
    throw new Refused(0, word('lost'));
  }
  if (!answer.ok) throw new Refused(answer.status, (await answer.json().catch(() => ({}))).message || word('refused'));
}
