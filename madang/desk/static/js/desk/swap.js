// How answers of the server come into the page. The one seam to the HTML library (htmx 4, core only) is here.
import htmx from '../../vendor/htmx.esm.min.js';
import {$} from '../parts/acts.js';
import {parse} from '../parts/parse.js';

const QUIET = 600; // ms until a reader is told of messages again

/** Morph every <hx-partial> of an answer into where it says: nodes that stay the same stay. */
export function place(html) {
  return htmx.swap({text: html, sourceElement: document.body, target: document.body, swap: 'none'});
}

/** The parts of a whole pane, made before they are needed. */
export const prepare = html => [...parse(html).querySelectorAll('hx-partial')].map(part => [part.getAttribute('hx-target').slice(1), [...part.childNodes]]);

/** Put another conversation's parts in their places, all in one task: it is styled, laid out and painted once. */
export function lay(parts) {
  hush();
  for (const [id, nodes] of parts) {
    const target = $(id);
    const focus = target?.contains(document.activeElement) ? document.activeElement : null;
    target?.replaceChildren(...nodes);
    if (focus) again(target, focus);
  }
}

// What had the focus is replaced by what is the same there, else the messages have it: never nobody.
function again(target, {id, dataset}) {
  const same = (id && $(id)) || (dataset.act && target.querySelector(`[data-act="${CSS.escape(dataset.act)}"]`));
  (same || $('log-scroll')).focus({preventScroll: true});
}

// A reader is told of what comes, not of sixty messages that were there before.
let hushed = 0;
function hush() {
  const log = $('log-scroll');
  log.ariaLive = 'off';
  clearTimeout(hushed);
  hushed = setTimeout(() => { log.ariaLive = 'polite'; }, QUIET);
}
