// The demo's tour: a small box beside what it speaks of. It takes no key from the desk; Escape inside it skips.
import '../parts/base.js';
import {$, acts, fill} from '../parts/acts.js';
import {ask} from '../parts/http.js';
import {shown} from '../parts/keys.js';
import {parse} from '../parts/parse.js';
import {keepSoon} from '../parts/wishes.js';

const NEAR = 12; // px between the box and what it stands at
let at = -1;
let before = null;
let plan = [];

const sight = step => [...document.querySelectorAll(step.dataset.at)].find(one => one.checkVisibility() && one.getBoundingClientRect().width);
const opens = step => step.hasAttribute('data-open');

// On a phone an open conversation covers the list: what needs one comes last, and the customer beside it not at all.
function planned() {
  const wide = innerWidth > 1000;
  const all = [...$('tour-steps').children].filter(step => opens(step) ? wide || step.dataset.at !== '#panel' : sight(step));
  return wide ? all : [...all.filter(step => !opens(step)), ...all.filter(opens)];
}

async function begin(again) {
  let html = '';
  try { html = await ask('GET', again ? '/tour?again=true' : '/tour'); } catch { return; }
  if (!html.trim() || $('tour-box')) return;
  before = document.activeElement;
  document.body.append(parse(html));
  $('tour-box').addEventListener('keydown', keys);
  plan = planned();
  show(0);
}

function keys(event) {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.code === 'Escape') end();
  else if (event.code === 'ArrowRight') show(at + 1);
  else if (event.code === 'ArrowLeft') show(Math.max(at - 1, 0));
  else return;
  event.preventDefault();
  event.stopPropagation();
}

async function show(number) {
  if (number >= plan.length) return end();
  at = number;
  const step = plan[at];
  if (opens(step) && !$('thread').dataset.cid) await opened();
  if (!$('tour-box')) return;
  const box = $('tour-box');
  const next = box.querySelector('[data-act=tour-next]');
  const count = box.querySelector('.tour-count');
  count.textContent = fill(count.dataset.text, {n: at + 1, all: plan.length});
  $('tour-title').textContent = step.querySelector('b').textContent;
  const says = step.querySelector('p');
  $('tour-text').textContent = fill(says.textContent, {key: shown(says.dataset.pressed ?? '')});
  next.textContent = at + 1 === plan.length ? next.dataset.last : next.dataset.more;
  box.querySelector('[data-act=tour-back]').disabled = at === 0;
  stand(box, sight(step));
  next.focus({preventScroll: true});
}

/** The first conversation is open, or two seconds have gone. */
function opened() {
  return new Promise(done => {
    document.addEventListener('desk:opened', done, {once: true});
    setTimeout(done, 2000);
    document.querySelector('#list a.row')?.click();
  });
}

function stand(box, place) {
  document.querySelector('[data-toured]')?.removeAttribute('data-toured');
  place?.setAttribute('data-toured', '');
  if (!place || innerWidth < 768) return; // on a phone the box lies above the rail, by the stylesheet
  const it = place.getBoundingClientRect();
  const right = it.right + NEAR + box.offsetWidth < innerWidth;
  const left = right ? it.right + NEAR : Math.max(NEAR, it.left - NEAR - box.offsetWidth);
  const top = Math.min(Math.max(NEAR, it.top + Math.min(it.height / 3, 160)), innerHeight - box.offsetHeight - NEAR);
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
}

function end() {
  document.querySelector('[data-toured]')?.removeAttribute('data-toured');
  $('tour-box')?.remove();
  $('tour-steps')?.remove();
  keepSoon('tour', '"seen"');
  if (before?.isConnected) before.focus({preventScroll: true});
}

acts['tour-next'] = () => show(at + 1);
acts['tour-back'] = () => show(at - 1);
acts['tour-skip'] = end;
acts.tour = () => begin(true);

const idle = window.requestIdleCallback ?? setTimeout; // Safari has none
idle(() => begin(location.hash === '#tour').then(() => {
  if (location.hash === '#tour') history.replaceState(null, '', location.pathname + location.search);
}), {timeout: 1500});
