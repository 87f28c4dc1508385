// A form and the same form as the server has it now: values and errors are taken over, focus and place stay.
/** What has a name and is sent. */
export const named = form => [...form.elements].filter(one => one.name && one.name !== 'csrf');
const shape = form => named(form).map(one => `${one.name}=${one.type === 'radio' || one.type === 'checkbox' ? one.value : ''}`).join('&');

/** What would be sent, to compare. Files and the token are left out. */
export function content(form) {
  const pairs = [...new FormData(form)].filter(([name, value]) => name !== 'csrf' && typeof value === 'string');
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

function replace(form, fresh) {
  const at = document.activeElement;
  const key = form.contains(at) ? [at.id, at.name, at.value] : null;
  form.replaceChildren(...fresh.childNodes);
  if (!key) return;
  const [id, name, value] = key;
  const again = (id && document.getElementById(id)) || named(form).find(one => one.name === name && (one.tagName !== 'BUTTON' || one.value === value));
  (again ?? form.querySelector('input, select, textarea, button'))?.focus({preventScroll: true});
}
