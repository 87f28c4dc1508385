// The one seam to the HTML library (htmx 4, core only): place fragments, morph what is there. Swap the library here.
import htmx from '../../vendor/htmx.esm.min.js';

/** Put every <hx-partial> of an answer where it says. */
export function place(html) {
  return htmx.swap({text: html, sourceElement: document.body, target: document.body, swap: 'none'});
}
