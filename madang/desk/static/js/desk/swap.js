// How answers of the server come into the page. The one seam to the HTML library (htmx 4, core only) is here.
import htmx from '../../vendor/htmx.esm.min.js';
import {$} from '../parts/acts.js';
import {parse} from '../parts/parse.js';

const QUIET = 600; // ms until a reader is told of messages again

/** Morph every <hx-partial> of an answer (its text, or what `parse` made of it) into where it says: nodes that stay the
 * same stay, with focus and scrolling. */
export async function place(said) {
  const answer = typeof said === 'string' ? parse(said) : said;
  const lists = [...answer.querySelectorAll('hx-partial')].map(part => [$(part.getAttribute('hx-target').slice(1)), part]);
  for (const [list, part] of lists.filter(([target]) => target?.matches('.rows'))) part.replaceWith(...rows(list, [...part.children]));
  const rest = [...answer.children].map(part => part.outerHTML).join('');
  if (rest) await htmx.swap({text: rest, sourceElement: document.body, target: document.body, swap: 'none'});
}

// A list of hundreds of rows of which a few changed: those come and go and move here, and only what is not the same
// any more is morphed (the parts that are returned). Which row is open is the browser's own.
function rows(list, fresh) {
  const focus = document.activeElement;
  const wanted = fresh.map(one => (one.id && $(one.id)) || one);
  const staying = new Set(wanted);
  for (const one of [...list.children]) if (!staying.has(one)) one.remove();
  wanted.forEach((one, at) => { if (list.children[at] !== one) list.insertBefore(one, list.children[at] ?? null); });
  if (focus !== document.activeElement && list.contains(focus)) focus.focus({preventScroll: true}); // its row was moved
  return wanted.flatMap((old, at) => (old === fresh[at] || same(old, fresh[at]) ? [] : [morphed(fresh[at])]));
}

function same(old, fresh) {
  if (old.querySelector('[aria-current]')) fresh.querySelector('a')?.setAttribute('aria-current', 'true');
  return old.isEqualNode(fresh);
}

function morphed(row) {
  const part = document.createElement('hx-partial');
  part.setAttribute('hx-target', `#${row.id}`);
  part.setAttribute('hx-swap', 'outerMorph');
  part.append(row);
  return part;
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

let hushed = 0;
/** For a moment a reader is told of no message: those that are put in now were said before. */
export function hush() {
  const log = $('log-scroll');
  log.ariaLive = 'off';
  clearTimeout(hushed);
  hushed = setTimeout(() => { log.ariaLive = 'polite'; }, QUIET);
}
