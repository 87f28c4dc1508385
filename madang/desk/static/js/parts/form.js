// Forms of the settings: fields that depend on another, a button that is pressed once, a first wrong field in view.
const wanted = field => {
  const [name, value] = field.dataset.showIf.split('=');
  const source = field.closest('form').elements[name];
  if (!source) return true;
  const now = source.type === 'checkbox' ? (source.checked ? 'true' : 'false') : source.value;
  return now === value;
};

function settle(form) {
  for (const field of form.querySelectorAll('[data-show-if]')) {
    const on = wanted(field);
    field.hidden = !on;
    for (const input of field.querySelectorAll('input, select, textarea')) input.disabled = !on;
  }
}

for (const form of document.forms) settle(form);
document.addEventListener('change', event => { if (event.target.form) settle(event.target.form); });

document.addEventListener('submit', event => {
  const button = event.submitter;
  if (event.defaultPrevented || !button?.dataset.busy) return;
  button.setAttribute('aria-disabled', 'true');
  const label = button.querySelector('span') ?? button;
  label.textContent = button.dataset.busy;
  setTimeout(() => { button.disabled = true; });
});

document.querySelector('[aria-invalid=true]:not(.pane *)')?.focus();

// A page that answers a form must not be posted again by a reload: it takes the address of what was made.
const made = document.querySelector('[data-replace]');
if (made) history.replaceState(null, '', made.dataset.replace);
