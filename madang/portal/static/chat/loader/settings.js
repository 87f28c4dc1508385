// Who we are, and what the page wants. Only own properties are read: a polluted Object.prototype tells us nothing.
const has = Object.prototype.hasOwnProperty;
const own = (object, name) => (object !== null && typeof object === 'object' && has.call(object, name) ? object[name] : undefined);

const tag = document.currentScript;
const isScript = tag instanceof HTMLScriptElement; // markup may carry this name

// The script's own address says where the house is, whichever of its names was used; anything odd falls back to ours.
const address = new RegExp(`^https?://[^/]+(?=/chat/${CONFIG.key}/loader.js)`).exec(isScript ? tag.src : '');
const origin = address ? address[0] : CONFIG.origin;

const pageSettings = () => {
  const descriptor = Object.getOwnPropertyDescriptor(window, 'madangSettings');
  return descriptor ? descriptor.value : undefined;
};

// data-… on the tag wins over madangSettings, which wins over what the channel says.
const wish = (name, allowed, fallback) => {
  const said = (isScript && tag.dataset[name]) || own(pageSettings(), name);
  return typeof said === 'string' && allowed(said) ? said : fallback;
};
const oneOf = (...values) => (value) => values.includes(value);

const languageOf = (said) => {
  const short = String(said || '').toLowerCase().split(/[-_]/)[0];
  return has.call(CONFIG.texts, short) ? short : '';
};
const browserLanguage = () => (navigator.languages || [navigator.language]).map(languageOf).find(Boolean) || CONFIG.language;

const state = {
  locale: languageOf(wish('locale', () => true, '')) || browserLanguage(),
  theme: wish('theme', oneOf('light', 'dark', 'auto'), 'auto'),
  position: wish('position', oneOf('left', 'right'), CONFIG.position),
  bubble: wish('launcher', oneOf('show', 'hide'), 'show') === 'show',
  consent: wish('consent', oneOf('yes')) === 'yes',
  open: false,
  unread: 0,
};
const text = (name) => own(CONFIG.texts[state.locale], name) || '';
