// madang(verb, …): the surface a page uses. What was called before we came waits in madang.q.
const hearers = new Map();
let user = null;

const warn = (reason) => console.warn(`Madang: ${reason}`);
const plain = (value) => ['string', 'number', 'boolean'].includes(typeof value);
const BAD = ['__proto__', 'constructor', 'prototype'];

// Copies only own, flat, harmless values: what goes to the frame was made here.
const flat = (object, most) => {
  const copy = Object.create(null);
  if (object === null || typeof object !== 'object') return copy;
  for (const key of Object.keys(object).slice(0, most)) {
    if (plain(object[key]) && key.length <= 64 && !BAD.includes(key)) copy[key] = String(object[key]).slice(0, 500);
  }
  return copy;
};
const userMessage = () => ({madang: 'user', user: {...user}, page: page()});

const verbs = {
  setUser(id, about) {
    if (!plain(id) || id === '') return warn('setUser needs the id of the user, as a string.');
    user = {...flat({name: own(about, 'name'), email: own(about, 'email'), hash: own(about, 'hash')}, 3), id: String(id)};
    loadFrame();
    post('user', {user: {...user}});
  },
  setLocale(locale) {
    const language = languageOf(locale);
    if (!language) return warn(`no ${locale} in ${Object.keys(CONFIG.texts)}.`);
    if (language === state.locale) return;
    state.locale = language;
    draw();
    reloadFrame();
  },
  setCustomAttributes(attributes) { post('attributes', {attributes: {...flat(attributes, 50)}}); },
  setConsent(yes) {
    state.consent = yes === true;
    post('consent', {});
  },
  toggle(how) { setOpen(how === 'open' || (how !== 'close' && !state.open)); },
  toggleBubbleVisibility(how) {
    state.bubble = how === 'show' || (how !== 'hide' && !state.bubble);
    draw();
  },
  reset() {
    user = null;
    setOpen(false);
    setUnread(0);
    loadFrame();
    post('reset', {});
  },
  on(name, hear) { if (typeof hear === 'function') hearers.set(name, (hearers.get(name) || new Set()).add(hear)); },
  off(name, hear) { if (hearers.has(name)) hearers.get(name).delete(hear); },
};

const call = (verb, ...more) => {
  if (typeof verb === 'string' && has.call(verbs, verb)) return verbs[verb](...more);
  warn(`no "${verb}" in ${Object.keys(verbs)}.`);
};

const start = () => {
  draw();
  document.body.append(host);
  const early = own(Object.getOwnPropertyDescriptor(window, 'madang'), 'value');
  const queue = typeof early === 'function' && has.call(early, 'q') && Array.isArray(early.q) ? early.q : [];
  call.loaded = true;
  Object.defineProperty(window, 'madang', {value: call, writable: true, configurable: true});
  for (const words of queue) call(...words);
  (window.requestIdleCallback || setTimeout)(loadFrame);
};

const already = own(Object.getOwnPropertyDescriptor(window, 'madang'), 'value');
if (typeof already === 'function' && already.loaded === true) warn('already here.');
else if (document.body) start();
else document.addEventListener('DOMContentLoaded', start);
