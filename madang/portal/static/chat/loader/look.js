// The launcher's look, as a constructed sheet: a page's style-src never sees it.
const accent = `oklch(46% ${CONFIG.chroma} ${CONFIG.hue})`;
const CSS = `
:host { all: initial }
* { box-sizing: border-box }
.root { color-scheme: light dark }
.root[data-theme=light] { color-scheme: light }
.root[data-theme=dark] { color-scheme: dark }
button { all: unset; box-sizing: border-box; cursor: pointer }
.launcher { position: fixed; inset: auto 20px max(20px, env(safe-area-inset-bottom)) auto; width: 56px; height: 56px;
  display: grid; place-items: center; color: #fff; background: #454c9c; background: ${accent}; border-radius: 20px 20px 6px 20px;
  box-shadow: 0 10px 28px -8px rgb(20 20 40 / .42); transition: transform .16s }
.launcher:hover { transform: translateY(-2px) }
.launcher:focus-visible { outline: 3px solid ${accent}; outline-offset: 3px }
.launcher svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round }
.launcher .down, .root[data-open] .launcher .chat { display: none }
.root[data-open] .launcher .down { display: block }
.badge { position: absolute; top: -6px; right: -6px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
  background: #b3261e; color: #fff; border: 2px solid #fff; font: 600 12px/18px system-ui, sans-serif; text-align: center }
.badge[hidden], .launcher[hidden] { display: none }
.panel { position: fixed; inset: auto 20px 92px auto; width: 400px; max-width: calc(100vw - 40px); height: min(680px, calc(100vh - 116px));
  background: Canvas; border: 1px solid rgb(128 128 128 / .25); border-radius: 16px; overflow: hidden;
  box-shadow: 0 10px 60px -16px rgb(20 20 40 / .42);
  visibility: hidden; opacity: 0; transform: translateY(10px); transition: opacity .16s, transform .16s, visibility 0s .16s }
.root[data-open] .panel { visibility: visible; opacity: 1; transform: none; transition-delay: 0s }
.panel iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal }
.root[data-side=left] .launcher { inset: auto auto max(20px, env(safe-area-inset-bottom)) 20px; border-radius: 20px 20px 20px 6px }
.root[data-side=left] .panel { inset: auto auto 92px 20px }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
@media (max-width: 480px), (max-height: 480px) {
  .root[data-side] .panel { inset: 0; width: 100%; max-width: none; height: 100%; border: 0; border-radius: 0; padding-bottom: env(safe-area-inset-bottom) }
  .root[data-open] .launcher { display: none }
}
@media (prefers-reduced-motion: reduce) { .launcher, .panel { transition: none } .launcher:hover { transform: none } }
@media (forced-colors: active) { .launcher, .panel { border: 1px solid CanvasText } }
`;

const SVG = 'http://www.w3.org/2000/svg';
const icon = (name, ...paths) => {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', name);
  for (const d of paths) svg.appendChild(document.createElementNS(SVG, 'path')).setAttribute('d', d);
  return svg;
};
const make = (name, cls, attributes) => {
  const node = document.createElement(name);
  if (cls) node.className = cls;
  for (const key of Object.keys(attributes || {})) node.setAttribute(key, attributes[key]);
  return node;
};
