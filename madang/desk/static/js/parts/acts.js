// One listener for every button: data-act names what it does. Modules add their acts here.
export const acts = {};

document.addEventListener('click', event => {
  const source = event.target.closest('[data-act]');
  if (!source || source.getAttribute('aria-disabled') === 'true') return;
  if (event.metaKey || event.ctrlKey || event.shiftKey) return; // a link in a new tab stays a link
  acts[source.dataset.act]?.(source, event);
});

/** An element by its id. */
export const $ = id => document.getElementById(id);

/** A text of the page, with its {names} filled in. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');

/** A text out of the page's word list. */
export const word = (name, values = {}) => fill($('words')?.dataset[name] ?? '', values);

/** A copy of what stands in <template id>. */
export const copyOf = id => $(id).content.cloneNode(true);
