// The page around us. It named itself in our address; only it is heard, and only it is spoken to.
const from = new URLSearchParams(location.search).get('from') || '';
const alone = window.parent === window;
const page = {url: '', title: ''};
let open = alone;
let seen = false; // whether the page says that she consents to being seen

export const standsAlone = alone;
export const isOpen = () => open;
export const watching = () => open && document.visibilityState === 'visible';
export const consented = () => seen;
export const currentPage = () => ({...page});

export const say = (verb, detail = {}) => {
  if (!alone && from) window.parent.postMessage({madang: verb, ...detail}, from);
};

const text = (value, most) => (typeof value === 'string' ? value.slice(0, most) : '');
const has = Object.prototype.hasOwnProperty;

const learn = (data) => {
  if (data.page && typeof data.page === 'object') {
    page.url = text(data.page.url, 500);
    page.title = text(data.page.title, 200);
    seen = data.page.consent === true;
  }
  if (typeof data.open === 'boolean') open = data.open;
};

export const begin = (verbs) => {
  addEventListener('message', ({source, origin, data}) => {
    if (source !== window.parent || origin !== from || data === null || typeof data !== 'object') return;
    learn(data);
    if (has.call(verbs, data.madang)) verbs[data.madang](data);
  });
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing && event.keyCode !== 229) say('close');
  });
  say('hello');
};
