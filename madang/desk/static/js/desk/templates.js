// Texts a provider has approved: chosen, their places filled, sent instead of what is written. That stays, and what is
// half filled waits in this browser until its conversation is open again.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {toggle} from '../parts/menu.js';
import {parse} from '../parts/parse.js';
import {kind} from './composer.js';
import {current} from './nav.js';
import {channel, chosen} from './chosen.js';

const box = $('template-box');
const written = $('composer-text');

const places = () => [...box.querySelectorAll('[data-place]')];
const name = cid => `madang.template.${$('desk').dataset.me}.${cid}`;
const kept = () => localStorage.getItem(name(current()));

/** The chosen template with its places filled, null when one writes freely. */
export function template() {
  if (!box?.firstChild || kind() !== 'reply') return null;
  const values = places().map(one => [one.dataset.place, one.value.trim()]);
  const text = [...box.querySelector('.template-text').childNodes].map(node => node.value ?? node.textContent).join('');
  return {id: box.dataset.template, values, text: text.trim(), kept: kept()};
}

/** Whether nothing is missing; else the first empty place is shown. */
export function whole() {
  const empty = places().find(one => !one.value.trim());
  empty?.focus();
  return !empty;
}

const forward = () => { if (whole()) $('composer-send').focus(); };

/** Write freely again. */
export function clearTemplate() {
  box.replaceChildren();
  write(current(), null);
  settle();
}

/** One that does not go after all, in its conversation again. */
export function giveTemplate(cid, {kept: before}) {
  write(cid, before);
  if (cid !== current()) return;
  bring();
  forward();
}

function write(cid, value) {
  try {
    value ? localStorage.setItem(name(cid), value) : localStorage.removeItem(name(cid));
  } catch { /* a browser that keeps nothing */ }
}

function keep() {
  for (const one of places()) one.setAttribute('value', one.value);
  write(current(), JSON.stringify([box.dataset.template, channel(), box.innerHTML]));
}

function bring() {
  const [number, way, html] = JSON.parse(kept()) ?? [];
  box.replaceChildren(...(html ? [parse(html)] : []));
  if (html) {
    box.dataset.template = number;
    chosen.has(current()) || chosen.set(current(), way);
  }
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
    keep();
    settle();
    forward();
  };
  acts['no-template'] = () => { clearTemplate(); written.focus(); };
  box.addEventListener('input', ({target}) => { // the same place twice is one value
    for (const one of places()) if (one.dataset.place === target.dataset.place && one !== target) one.value = target.value;
    keep();
    document.dispatchEvent(new CustomEvent('desk:text'));
  });
  for (const event of ['opened', 'kind']) document.addEventListener(`desk:${event}`, event === 'kind' ? hideForNotes : bring);
  if (current()) bring();
}

function hideForNotes() {
  const on = Boolean(template());
  box.hidden = !on;
  written.hidden = on;
}
