// The one seam to the HTML library (htmx 4, core only): place fragments, morph what is there. Swap the library here.
import htmx from '../../vendor/htmx.esm.min.js';

/** Our own server's markup as nodes. Parsed inert: nothing in it loads or runs before it is placed. */
export function parse(html) {
  const box = document.createElement('template');
  box.innerHTML = html;
  return box.content;
}

/** Put every <hx-partial> of an answer where it says. */
export function place(html) {
  return htmx.swap({text: html, sourceElement: document.body, target: document.body, swap: 'none'});
}
