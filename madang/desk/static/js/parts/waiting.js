// How many questions wait whether two customers are one: a count in the rail.
import {$} from './acts.js';
import {ask} from './http.js';
import {parse} from './parse.js';

const PAUSE = 300; // several reasons at once are one request
let timer = 0;

async function count() {
  timer = 0;
  try {
    $('rail-waiting').replaceChildren(...parse(await ask('GET', '/suggestions/count')).childNodes);
  } catch {
    // the next news asks again
  }
}

if ($('rail-waiting')) {
  count();
  document.addEventListener('desk:who', () => { timer ||= setTimeout(count, PAUSE); });
}
