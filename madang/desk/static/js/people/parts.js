// A page in parts: what carries data-part="name" is taken over from the same page as the server has it now.
import {parse} from '../parts/parse.js';

/** Put the parts of `html` in the place of ours; `but` names one that stays. What had the focus has it again. */
export function take(html, but = '') {
  const fresh = parse(html);
  const focused = document.activeElement?.id;
  for (const part of document.querySelectorAll('[data-part]')) {
    const other = fresh.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    if (other && part.dataset.part !== but && other.innerHTML !== part.innerHTML) part.replaceChildren(...other.childNodes);
  }
  document.title = fresh.querySelector('title')?.textContent ?? document.title;
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
}
