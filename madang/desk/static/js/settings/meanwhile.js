// Two at once: what a colleague has saved since this form was drawn. What was not touched here becomes hers; where both
// changed the same it is said once, and saving again keeps what stands here.
import {ask} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {named} from './form.js';

const WHOLE = ''; // rows that come and go have no name of their own: such a form is one thing
const bases = new WeakMap(); // form → what the house had when it was drawn

const choice = one => one.type === 'checkbox' || one.type === 'radio';
const whole = (form, other) => form.hasAttribute('data-whole') || named(form).length !== named(other).length;

/** Field → what it holds. `drawn`: as the house wrote it, whatever was typed since. */
function held(form, drawn, all = false) {
  const made = new Map();
  for (const one of named(form)) {
    if (one.type === 'file' || one.tagName === 'BUTTON') continue;
    const name = all ? WHOLE : one.name;
    made.set(name, [...made.get(name) ?? [], ...values(one, drawn)]);
  }
  return new Map([...made].map(([name, some]) => [name, JSON.stringify(some)]));
}

function values(one, drawn) {
  if (choice(one)) return (drawn ? one.defaultChecked : one.checked) ? [one.value] : [];
  if (one.tagName !== 'SELECT') return [drawn ? one.defaultValue : one.value];
  const chosen = [...one.options].filter(option => drawn ? option.defaultSelected : option.selected);
  return (chosen.length || one.multiple ? chosen : [...one.options].slice(0, 1)).map(option => option.value);
}

/** This is what the house has now. */
export function remember(form, fresh = form) {
  bases.set(form, {parts: held(fresh, true), all: held(fresh, true, true)});
}

/** Take over what others saved. The labels of what both changed; none when saving overwrites nobody. */
export async function meanwhile(form) {
  const fresh = await now(form);
  const base = bases.get(form);
  if (!fresh || !base) return [];
  const all = whole(form, fresh);
  const [before, theirs, mine] = [all ? base.all : base.parts, held(fresh, true, all), held(form, false, all)];
  remember(form, fresh);
  const changed = [...theirs.keys()].filter(name => theirs.get(name) !== before.get(name) && theirs.get(name) !== mine.get(name));
  if (all) return changed.length ? [document.querySelector('.page-head h1')?.textContent ?? ''] : [];
  for (const name of changed) if (mine.get(name) === before.get(name)) adopt(form, fresh, name);
  return [...new Set(changed.filter(name => mine.get(name) !== before.get(name)).map(name => label(form, name)))];
}

async function now(form) {
  const here = new URL(location.href);
  here.searchParams.delete('done');
  try {
    const fresh = parse(await ask('GET', here.pathname + here.search)).querySelector(`form[data-save]#${CSS.escape(form.id)}`);
    return fresh?.getAttribute('action') === form.getAttribute('action') ? fresh : null;
  } catch {
    return null; // saving itself says what is wrong
  }
}

function adopt(form, fresh, name) {
  const theirs = named(fresh).filter(one => one.name === name);
  named(form).filter(one => one.name === name).forEach((one, place) => {
    const other = theirs[place];
    if (choice(one)) one.checked = other.checked;
    else one.value = other.value;
    for (const kind of ['input', 'change']) one.dispatchEvent(new Event(kind, {bubbles: true})); // what is drawn of it elsewhere
  });
}

function label(form, name) {
  const one = named(form).find(each => each.name === name);
  const place = choice(one) ? one.closest('fieldset')?.querySelector('legend') ?? one.labels[0] : one.labels?.[0];
  const words = [...place?.childNodes ?? []].map(node => node.nodeType === Node.TEXT_NODE ? node.data.trim() : '').find(Boolean);
  return words || place?.textContent.trim() || name;
}

document.addEventListener('settings:taken', event => remember(event.detail.form, event.detail.fresh));
