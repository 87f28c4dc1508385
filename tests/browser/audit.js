// What a page is asked beside axe. audit.py runs it in the page; nothing of it is served.
const PRESSED = 'a[href], button, summary, select, input:not([type=hidden]), [role=button], [role=option], [role=tab]';
const BIG = '.btn, .menu-item, .rail-link, .tab, .chip, .seg > *, select, .input'; // 44 px on a phone
const CHOSEN = '[aria-selected=true], .seg [aria-pressed=true], .row[aria-current], .rail-link[aria-current]';
const FINGER = 44, LEAST = 24; // what phones ask for, and WCAG 2.5.8
const STOPS = 'a[href], button, summary, select, input:not([type=hidden]), textarea, [tabindex="0"]';
const SEEN = {visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true};
const named = one => one.cloneNode(false).outerHTML.slice(0, 110);

// What a finger hits: the thing, or its label, and the room that ::after gives it.
function target(one) {
  const shown = (one.matches('input') && one.closest('label')) || one;
  const box = shown.getBoundingClientRect();
  const room = getComputedStyle(shown, '::after');
  const roomy = room.content !== 'none' && room.position === 'absolute';
  const [width, height] = ['width', 'height'].map(side => Math.max(box[side], roomy && parseFloat(room[side]) || 0));
  return {one, width, height, x: box.x + box.width / 2, y: box.y + box.height / 2};
}

const apart = (one, other, axis, side) => Math.abs(other[axis] - one[axis]) >= (LEAST + Math.min(other[side], LEAST)) / 2;
const crowded = (one, all) => all.some(other => !other.one.contains(one.one) && !one.one.contains(other.one)
  && !apart(one, other, 'x', 'width') && !apart(one, other, 'y', 'height'));

// What should be 44 px and is not, and what is under 24 px with a neighbour too near.
function small() {
  const all = [...document.querySelectorAll(PRESSED)]
    .filter(one => !one.matches('.sr, .skip') && ((one.matches('input') && one.closest('label')) || one).checkVisibility(SEEN))
    .filter(one => !(one.matches('a, summary') && getComputedStyle(one).display === 'inline')) // words in a line may
    .map(target).filter(one => one.width > 1);
  const told = (least, one) => `under ${least}: ${Math.round(one.width)}x${Math.round(one.height)} ${named(one.one)}`;
  const under = (one, least) => one.width < least - .5 || one.height < least - .5;
  return [...all.filter(one => one.one.matches(BIG) && under(one, FINGER)).map(one => told(FINGER, one)),
    ...all.filter(one => under(one, LEAST) && crowded(one, all)).map(one => told(LEAST, one))];
}

// Tab stops that look the same with and without the focus. A key must have been pressed before, or none is shown.
function unseen() {
  const stops = [...document.querySelectorAll(STOPS)].filter(one => one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true}));
  const drawn = one => [one, one.nextElementSibling, one.parentElement, one.parentElement?.parentElement].filter(Boolean).map(part => {
    const {outlineStyle, outlineWidth, boxShadow, borderColor, translate} = getComputedStyle(part);
    return [outlineStyle === 'none' ? '' : outlineWidth, boxShadow, borderColor, translate].join();
  }).join(';');
  document.activeElement?.blur();
  const without = stops.map(drawn);
  const found = stops.filter((one, at) => {
    one.focus({preventScroll: true});
    return document.activeElement === one && drawn(one) === without[at];
  });
  document.activeElement?.blur();
  return found.map(named);
}

window.audit = {
  small, unseen,
  wide: () => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  moving: () => document.getAnimations().filter(one => one.effect.getComputedTiming().activeDuration > 1).length,
  // In forced colours what is pressed, and what is chosen, must have an edge.
  edgeless: () => [...document.querySelectorAll(`button.btn, .switch span, ${CHOSEN}`)].filter(one => one.checkVisibility())
    .filter(one => ['borderTopStyle', 'outlineStyle'].every(edge => getComputedStyle(one)[edge] === 'none')).map(named),
  told: () => ({
    title: document.title.trim(),
    lang: document.documentElement.lang,
    h1: document.querySelectorAll('h1:not(.pane h1)').length, // a specimen of the look heads nothing
    main: document.querySelectorAll('main').length,
    zooms: !/user-scalable|maximum-scale/.test(document.querySelector('meta[name=viewport]')?.content ?? 'maximum-scale'),
    pictures: [...document.images].filter(one => !one.hasAttribute('alt') || !one.getAttribute('width')).map(one => one.src),
    mixed: [...document.querySelectorAll('[src^="http:"], link[href^="http:"]')].map(one => one.src || one.href),
  }),
};
