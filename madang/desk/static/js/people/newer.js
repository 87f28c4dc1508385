// The open queue says how many questions have come since it was drawn.
import {ask} from '../parts/http.js';
import {parse} from '../parts/parse.js';

const PAUSE = 400; // several at once are one request
let timer = 0;

async function look() {
  timer = 0;
  const place = document.getElementById('newer');
  if (!place) return;
  try {
    place.replaceChildren(...parse(await ask('GET', `/suggestions/newer?since=${place.dataset.since}`)).childNodes);
  } catch {
    // the next news asks again
  }
}

document.addEventListener('desk:who', () => { timer ||= setTimeout(look, PAUSE); });
