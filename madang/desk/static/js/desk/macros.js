// A macro is used: its words go into the composer, what else it does is done with the answer, or at once and undone.
import {$, acts, fill} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {insert, kind, setKind} from './composer.js';
import {current} from './nav.js';
import {attach} from './uploads.js';

export const composer = $('composer-text');
const bar = $('plan');
const KEEP = 20_000;
const kept = new Map(); // what the server said, by address, for a few seconds
const plans = new Map(); // conversation → {macro, name, lines, key}

async function get(url) {
  const known = kept.get(url);
  if (known && performance.now() - known.at < KEEP) return parse(await known.html);
  const html = ask('GET', url);
  html.catch(() => kept.delete(url));
  kept.set(url, {at: performance.now(), html});
  return parse(await html);
}

/** The macros of a conversation, as they stand in the list. */
export const offer = cid => get(`/c/${cid}/macros`);

/** What one would do there. */
export const outlook = (cid, macro) => get(`/c/${cid}/macros/${macro}`);

/** A key for one use: the same one again is the same use. */
function fresh() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}

/** Use one: words into the composer, the rest with the answer; `atOnce` everything now. */
export async function use(cid, macro, name, atOnce) {
  const shown = (await outlook(cid, macro)).querySelector('.outlook');
  const {lines, says, plain} = shown.dataset;
  if (atOnce || says === undefined) return now(cid, macro);
  const key = fresh();
  const made = JSON.parse(await ask('POST', `/c/${cid}/macros/${macro}/insertion`, {key}));
  if (cid !== current()) return;
  if (kind() === 'note' && !composer.value.trim()) setKind('reply'); // what was noted for colleagues is no answer
  put(made);
  attach(cid, made.files);
  if (made.missing) toast(made.missing, {tone: 'warn'});
  if (plain !== undefined) return;
  if (kind() === 'reply') plan(cid, {macro, name, lines, key}); // the same use, whether they are done or not
  else toast(made.alone);
}

/** Put the words where the caret is, and the caret where something is to be filled in, else behind them. */
function put({text, gaps}) {
  const from = composer.selectionStart;
  insert(text);
  const caret = from + (gaps[0] ?? text.length);
  composer.setSelectionRange(caret, caret);
}

async function now(cid, macro, given = fresh()) {
  const done = JSON.parse(await ask('POST', `/c/${cid}/macros/${macro}/uses`, {key: given}));
  kept.clear();
  const said = fill(bar.dataset.done, {name: done.name});
  toast(said, done.changed.length ? {label: bar.dataset.undo, act: () => undo(cid, given)} : {});
}

async function undo(cid, key) {
  try {
    const {stays} = JSON.parse(await ask('POST', `/c/${cid}/uses/${key}/reversal`));
    kept.clear();
    toast(stays.length ? bar.dataset.stays : bar.dataset.undone);
  } catch (error) {
    complain(error);
  }
}

function plan(cid, one) {
  if (one) plans.set(cid, one);
  else plans.delete(cid);
  draw();
  document.dispatchEvent(new CustomEvent('desk:plan')); // it is part of the draft
}

/** What goes along with what is written there, as a draft keeps it: [macro, name, lines, key], or nothing. */
export function planned(cid = current()) {
  const {macro, name, lines = '', key} = plans.get(cid) ?? {};
  return macro ? [macro, name, lines, key] : [];
}

/** The same again, with its draft. What was given back here has a key of its own. */
export function bringPlan([macro, name, lines, key] = []) {
  if (plans.get(current())?.macro !== macro) plan(current(), macro && {macro, name, lines, key});
}

function draw() {
  const one = plans.get(current());
  bar.hidden = !one || kind() === 'note';
  $('plan-name').textContent = one?.name ?? '';
  $('plan-lines').textContent = one?.lines ?? '';
}

/** What goes along with the answer that is being sent, and no longer with the next one: null, or {macro, run, name}. */
export function takePlan(cid) {
  const one = plans.get(cid);
  if (!one || kind() === 'note') return null;
  plan(cid, null);
  return {macro: one.macro, run: one.key, name: one.name, lines: one.lines};
}

/** The answer was taken back before it left: so is what went along with it, and goes along with it the next time. */
export async function givePlan(cid, {macro, run, name, lines}) {
  plan(cid, {macro, key: run, name, lines});
  try {
    await ask('POST', `/c/${cid}/uses/${run}/reversal`);
    if (plans.get(cid)?.key === run) plan(cid, {macro, key: fresh(), name, lines});
  } catch {
    // it never came to the server, or cannot be taken back: the same key does nothing twice
  }
}

/** The answer is with the server, and what goes along with it is done. */
export function went(cid, one) {
  kept.clear();
  toast(fill(bar.dataset.done, {name: one.name}), {label: bar.dataset.undo, act: () => undo(cid, one.run)});
}

if (bar && composer) {
  acts['plan-now'] = () => {
    const cid = current();
    const one = plans.get(cid);
    ask('POST', `/c/${cid}/macros/${one.macro}/uses`, {key: one.key, rest: '1'})
      .then(() => {
        if (bar.contains(document.activeElement)) composer.focus();
        went(cid, {run: one.key, name: one.name});
        plan(cid, null);
      }, complain);
  };
  acts['plan-drop'] = () => { plan(current(), null); composer.focus(); };
  acts.macro = (source, event) => {
    event.preventDefault();
    if (current()) use(current(), source.dataset.macro, source.dataset.name, false).catch(complain);
  };
  for (const name of ['opened', 'kind']) document.addEventListener(`desk:${name}`, draw);
  document.addEventListener('desk:around', () => kept.clear());
  if (current()) draw();
}
