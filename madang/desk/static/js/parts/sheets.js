// On phones a menu is a sheet from below: pulled down by its handle or its head it goes.
const NARROW = matchMedia('(width < 48rem)');
const FAR = 72; // pixels down that mean "away"
const HANDLE = 56; // of its upper edge: the handle, and a heading below it
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);
let pulled = false;

// Else the browser takes the finger for scrolling, and a sheet scrolls: there is no touch-action for its upper edge alone.
const hold = event => { if (pulled) event.preventDefault(); };
document.addEventListener('toggle', ({target, newState}) => {
  if (newState === 'open' && target.matches('.menu')) target.addEventListener('touchmove', hold, {passive: false});
}, true);

document.addEventListener('pointerdown', event => {
  const menu = event.target.closest?.('.menu:popover-open');
  if (!menu || !NARROW.matches || event.target.closest('button, a, label, input, select, textarea')) return;
  if (event.clientY - menu.getBoundingClientRect().top > HANDLE) return;
  const from = event.clientY;
  const listening = new AbortController();
  const {signal} = listening;
  let far = 0;
  pulled = true;
  menu.setPointerCapture(event.pointerId);
  menu.addEventListener('pointermove', at => {
    far = Math.max(0, at.clientY - from);
    sheet.replaceSync(`.menu:popover-open { translate: 0 ${far}px; }`);
  }, {signal});
  const end = () => {
    pulled = false;
    listening.abort();
    sheet.replaceSync('');
    if (far > FAR) menu.hidePopover();
  };
  menu.addEventListener('pointerup', end, {signal});
  menu.addEventListener('pointercancel', end, {signal});
});
