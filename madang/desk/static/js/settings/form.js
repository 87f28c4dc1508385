// A form and the same form as the server has it now: values and errors are taken over, focus and place stay.
/** What has a name and is kept: neither the token nor what only chooses how it is looked at (`data-aside`). */
export const named = form => [...form.elements].filter(one => one.name && one.name !== 'csrf' && !one.closest('[data-aside]'));
const shape = form => named(form).map(one => `${one.name}=${one.type === 'radio' || one.type === 'checkbox' ? one.value : ''}`).join('&');

/** What would be kept, to compare. Files are left out. */
export function content(form) {
  const some = new Set(named(form).map(one => one.name));
  const pairs = [...new FormData(form)].filter(([name, value]) => some.has(name) && typeof value === 'string');
  return JSON.stringify(pairs);
}

/** Take over errors, and values where `values` says so. A form of another shape is replaced as a whole. */
export function takeOver(form, fresh, values) {
  if (shape(form) === shape(fresh) && !form.hasAttribute('data-whole')) {
    errors(form, fresh);
    if (values) keepValues(form, fresh);
  } else replace(form, fresh);
  form.querySelector('input, select, textarea')?.dispatchEvent(new Event('change', {bubbles: true})); // what depends on others
}

function keepValues(form, fresh) {
  const theirs = named(fresh);
  named(form).forEach((one, place) => {
    const other = theirs[place];
    if (one.type === 'checkbox' || one.type === 'radio') one.checked = one.defaultChecked = other.checked;
    else if (one.type !== 'file' && one.value !== other.value) {
      one.value = other.value;
      one.dispatchEvent(new Event('input', {bubbles: true}));
    }
  });
}

/** Each field's mark and the words below it. */
function errors(form, fresh) {
  const theirs = [...fresh.querySelectorAll('.field')];
  [...form.querySelectorAll('.field')].forEach((field, place) => {
    const other = theirs[place];
    if (!other) return;
    field.toggleAttribute('data-bad', other.hasAttribute('data-bad'));
    const [help, said] = [field.querySelector(':scope > .help'), other.querySelector(':scope > .help')];
    if (help && said) help.replaceWith(said.cloneNode(true));
    else if (said) field.append(said.cloneNode(true));
    else help?.remove();
    const inputs = [...other.querySelectorAll('input, select, textarea')];
    [...field.querySelectorAll('input, select, textarea')].forEach((one, at) => {
      for (const name of ['aria-invalid', 'aria-describedby']) copy(one, inputs[at], name);
    });
  });
}

function copy(one, other, name) {
  if (other?.hasAttribute(name)) one.setAttribute(name, other.getAttribute(name));
  else one.removeAttribute(name);
}

/** Rows have fields of one name, and two buttons may do the same. */
const alike = (form, {name, tagName, value}) => named(form).filter(one => one.name === name && (tagName !== 'BUTTON' || one.value === value));

function replace(form, fresh) {
  const at = document.activeElement;
  const had = form.contains(at);
  const place = alike(form, at).indexOf(at);
  const {id, selectionStart: from, selectionEnd: to} = at;
  form.replaceChildren(...fresh.cloneNode(true).childNodes); // who asks next what the house has looks into `fresh`
  if (!had) return;
  const again = (id && document.getElementById(id)) || alike(form, at)[place] || form.querySelector('input, select, textarea, button');
  again?.focus({preventScroll: true});
  if (typeof from === 'number' && again?.type === at.type) again.setSelectionRange(from, to);
}
