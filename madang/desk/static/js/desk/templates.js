// Texts a provider has approved: chosen, their places filled, sent instead of what is written. That stays.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {toggle} from '../parts/menu.js';
import {parse} from '../parts/parse.js';
import {kind} from './composer.js';
import {current} from './nav.js';
import {channel} from './chosen.js';

const box = $('template-box');
const written = $('composer-text');

const places = () => [...box.querySelectorAll('[data-place]')];

/** The chosen template with its places filled, null when one writes freely. */
export function template() {
  if (!box?.firstChild || kind() !== 'reply') return null;
  const values = places().map(one => [one.dataset.place, one.value.trim()]);
  const text = [...box.querySelector('.template-text').childNodes].map(node => node.value ?? node.textContent).join('');
  return {id: box.dataset.template, values, text: text.trim()};
}

/** Whether nothing is missing; else the first empty place is shown. */
export function whole() {
  const empty = places().find(one => !one.value.trim());
  empty?.focus();
  return !empty;
}

/** Write freely again. */
export function clearTemplate() {
  box.replaceChildren();
  settle();
}

function settle() {
  const on = Boolean(template());
  box.hidden = !on;
  written.hidden = on;
  document.dispatchEvent(new CustomEvent('desk:template'));
  document.dispatchEvent(new CustomEvent('desk:text'));
}

if (box) {
  acts.templates = async button => {
    const menu = $('templates-menu');
    if (menu.matches(':popover-open')) return menu.hidePopover();
    const cid = current();
    try {
      const html = await ask('GET', `/c/${cid}/templates?` + new URLSearchParams({channel: channel()}));
      if (cid !== current()) return;
      menu.replaceChildren(parse(html));
    } catch (error) {
      return complain(error);
    }
    toggle('templates-menu', button);
  };
  acts.template = button => {
    const {template: number} = button.dataset;
    box.dataset.template = number;
    box.replaceChildren($(`tpl-template-${number}`).content.cloneNode(true));
    $('templates-menu').hidePopover();
    settle();
    if (whole()) $('composer-send').focus();
  };
  acts['no-template'] = () => { clearTemplate(); written.focus(); };
  box.addEventListener('input', ({target}) => { // the same place twice is one value
    for (const one of places()) if (one.dataset.place === target.dataset.place && one !== target) one.value = target.value;
    document.dispatchEvent(new CustomEvent('desk:text'));
  });
  for (const name of ['opened', 'kind']) document.addEventListener(`desk:${name}`, name === 'kind' ? hideForNotes : clearTemplate);
}

function hideForNotes() {
  const on = Boolean(template());
  box.hidden = !on;
  written.hidden = on;
}
