// Buttons the customer can press. They stay while the channel changes: where there are none, they become lines.
import {$, acts, copyOf} from '../parts/acts.js';
import {kind} from './composer.js';
import {current} from './nav.js';
import {template} from './templates.js';
import {way} from './chosen.js';

const MOST = 10;
const box = $('choices');
const kept = new Map(); // conversation → [{label, url}], for this visit

const rows = () => [...box.querySelectorAll('li')];
const read = () => rows().map(row => ({label: row.querySelector('[name=label]').value.trim(), url: row.querySelector('[name=url]').value.trim()}));

/** The buttons that go with the message. */
export const choices = () => (box && kind() === 'reply' && !box.hidden && !template() ? read().filter(one => one.label) : []);

/** They went with a message, or come back from one. */
export function setChoices(some) {
  box.querySelector('ol').replaceChildren(...some.map(row));
  show(some.length > 0);
}

function row({label = '', url = ''} = {}) {
  const node = copyOf('tpl-choice').firstElementChild;
  node.querySelector('[name=label]').value = label;
  node.querySelector('[name=url]').value = url;
  return node;
}

function show(on) {
  box.hidden = !on;
  $('choices-button').setAttribute('aria-expanded', String(on));
  told();
}

function told() {
  box.querySelector('[data-act=add-choice]').hidden = rows().length >= MOST;
  $('choices-lines').hidden = !(way() && 'numbers' in way().dataset);
  document.dispatchEvent(new CustomEvent('desk:text'));
}

function add() {
  if (rows().length >= MOST) return;
  const made = row();
  box.querySelector('ol').append(made);
  told();
  made.querySelector('input').focus();
}

if (box) {
  acts.choices = () => {
    if (!box.hidden) return show(false);
    show(true);
    if (rows().length) rows()[0].querySelector('input').focus();
    else add();
  };
  acts['add-choice'] = add;
  acts['drop-choice'] = button => {
    button.closest('li').remove();
    box.dispatchEvent(new Event('input')); // the draft has one less
    if (rows().length) told();
    else { show(false); $('composer-text').focus(); }
  };
  box.addEventListener('input', told);
  box.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.target.tagName !== 'INPUT') return;
    event.preventDefault();
    add();
  });
  document.addEventListener('desk:leaving', ({detail}) => kept.set(detail.cid, read()));
  document.addEventListener('desk:opened', ({detail}) => setChoices(kept.get(detail.cid) ?? []));
  document.addEventListener('desk:way', told);
}
