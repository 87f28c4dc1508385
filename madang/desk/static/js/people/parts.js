// A page in parts: what carries data-part="name" is taken over from the same page as the server has it now; what somebody
// has half written in it stands there afterwards too.
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

const fields = () => [...document.querySelectorAll('[data-part] form :is(textarea, input:not([type=hidden], [type=file]))')];

/** Which field it is, also on the page as it comes anew: its form, what the form is about, its name. */
const place = one => [one.form.getAttribute('action'), ...[...one.form.elements].filter(each => each.type === 'hidden').map(each => each.value), one.name].join(' ');

/** The same, around words that are typed and not sent. */
export function takeAround(html, but = '') {
  const half = new Map(fields().filter(one => one.value !== one.defaultValue || one.checked !== one.defaultChecked).map(one => [place(one), one]));
  take(html, but);
  for (const one of half.size ? fields() : []) {
    const before = half.get(place(one));
    if (!before || before === one) continue;
    one.value = before.value;
    one.checked = before.checked;
    const edit = one.closest('details');
    if (edit && before.closest('details')?.open) edit.open = true;
  }
}
