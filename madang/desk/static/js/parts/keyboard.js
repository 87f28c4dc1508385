// Where the keyboard lies over the page instead of making it smaller (Safari), the page gets smaller by itself: what is
// being written stays in sight. The height stands in a sheet, because a style attribute would be swapped away.
const LEAST = 120; // a keyboard is higher than any bar of a browser
const view = window.visualViewport;
const sheet = new CSSStyleSheet();

function fit() {
  const covered = innerHeight - view.height * view.scale > LEAST && view.scale < 1.05;
  sheet.replaceSync(covered ? `.desk, .shell { height: ${Math.round(view.height)}px; }` : '');
  if (!covered) return;
  scrollTo(0, 0);
  document.activeElement?.scrollIntoView({block: 'nearest'});
}

if (view && matchMedia('(pointer: coarse)').matches) {
  document.adoptedStyleSheets.push(sheet);
  view.addEventListener('resize', fit);
}
