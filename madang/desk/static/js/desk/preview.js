// What is written, as it will be sent: the server fits it to the channel and draws it, a moment after the last key.
import {$, acts} from '../parts/acts.js';
import {ask} from '../parts/http.js';
import {isFree} from '../parts/keys.js';
import {parse} from '../parts/parse.js';
import {addressed} from './addressed.js';
import {choices} from './choices.js';
import {kind} from './composer.js';
import {current} from './nav.js';
import {said} from './said.js';
import {template} from './templates.js';
import {ready} from './uploads.js';
import {channel} from './chosen.js';
import {alone} from './ways.js';

const PAUSE = 250;
const panel = $('preview');
let timer = 0;
let turn = 0;

const nothing = () => !$('composer-text').value.trim() && !template() && !choices().length && !ready().length;

function soon() {
  if (panel.hidden) return;
  clearTimeout(timer);
  timer = setTimeout(draw, PAUSE);
}

async function draw() {
  const cid = current();
  const mine = ++turn;
  if (panel.hidden || !cid) return;
  if (kind() === 'note' || nothing()) return empty(panel.dataset.nothing);
  const form = said({text: $('composer-text').value, channel: channel(), files: ready(), choices: choices(), template: template(), alone: alone(), addressed: addressed()});
  try {
    const html = await ask('POST', `/c/${cid}/preview`, form);
    if (mine === turn) panel.replaceChildren(parse(html));
  } catch (error) {
    if (mine === turn) empty(error.message);
  }
}

function empty(words) {
  const line = document.createElement('p');
  line.className = 'preview-empty';
  line.textContent = words;
  panel.replaceChildren(line);
}

function show(on) {
  panel.hidden = !on;
  $('preview-button').setAttribute('aria-expanded', String(on));
  if (on) draw();
}

if (panel) {
  acts.preview = () => show(panel.hidden);
  for (const name of ['text', 'way', 'uploaded', 'kind', 'opened']) document.addEventListener(`desk:${name}`, soon);
  document.addEventListener('desk:leaving', () => { turn++; show(false); panel.replaceChildren(); });
  document.addEventListener('keydown', event => { if (event.key === 'Escape' && !panel.hidden && isFree(event)) show(false); });
}
