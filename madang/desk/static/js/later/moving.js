// One thing among its siblings is moved by mouse, finger or arrow keys, and goes back by "Undo". See js/parts/ordering.js.
import '../parts/base.js';
import {word} from '../parts/acts.js';
import {toast} from '../parts/toast.js';

const EDGE = 40; // pixels from the end of what scrolls, where it goes on by itself
const STEP = 14;
let first = []; // how all stood before the moves that one undo takes back
let box = null; // what says so

const among = (one, {item}, home = one.parentElement) => [...home.querySelectorAll(`:scope > ${item}`)];
const back = (some, order, how) => how.arrange(some, other => order.indexOf(other));

function moved(one, before, how) {
  const here = among(one, how);
  if (!box?.isConnected || !first.includes(one)) first = before;
  else box.remove(); // one undo takes all of them back
  const order = first;
  const home = one.parentElement; // it may be removed before the move is taken back
  const act = () => { back(among(one, how, home), order, how); how.keep(); };
  box = toast(word('moved', {name: how.name(one), place: here.indexOf(one) + 1, all: here.length}), {label: word('undo'), act});
  how.keep();
}

/** One place up (-1) or down (1); `target` keeps the focus. */
export function step(target, by, how) {
  const one = target.closest(how.item);
  const before = among(one, how);
  const other = before[before.indexOf(one) + by];
  if (!other) return;
  one[by < 0 ? 'after' : 'before'](other); // the other goes: what has the focus stays in the page, with its caret
  target.focus();
  one.scrollIntoView({block: 'nearest'});
  moved(one, before, how);
}

/** It goes where the pointer is; Escape puts it back. Not captured: what is moved in the page loses the pointer. */
export function drag(root, grip, how) {
  const one = grip.closest(how.item);
  const before = among(one, how);
  const listening = new AbortController();
  const more = {signal: listening.signal, capture: true};
  const end = undo => {
    listening.abort();
    delete one.dataset.dragged;
    if (undo) back(among(one, how), before, how);
    else if (among(one, how).some((other, at) => other !== before[at])) moved(one, before, how);
    grip.focus({preventScroll: true});
  };
  const hears = {
    pointermove: ({buttons, clientY}) => (buttons ? carry(root, one, clientY, how) : end(false)),
    pointerup: () => end(false),
    pointercancel: () => end(true),
    keydown(event) {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation(); // nothing else is shut by it
      end(true);
    },
  };
  grip.focus({preventScroll: true});
  one.dataset.dragged = '';
  for (const [name, hear] of Object.entries(hears)) document.addEventListener(name, hear, more);
}

function carry(root, one, y, how) {
  const others = among(one, how).filter(other => other !== one);
  const next = others.find(other => { const at = other.querySelector(how.head).getBoundingClientRect(); return y < at.top + at.height / 2; });
  if (next && one.nextElementSibling !== next) next.before(one);
  else if (!next && one.nextElementSibling) others.at(-1).after(one);
  const {top, bottom} = root.getBoundingClientRect();
  root.scrollTop += y < top + EDGE ? -STEP : y > bottom - EDGE ? STEP : 0;
}
