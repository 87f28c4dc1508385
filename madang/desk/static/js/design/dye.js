// Try a brand's dye on the whole page, measured as it is shown; dress what shows one token each, and name the keys.
import {shown} from '../parts/keys.js';

const form = document.getElementById('dye-form');
const {hue, chroma, said} = form.elements;
const strongest = form.dataset.strongest.split(' ').map(Number);
const root = document.documentElement.style;
const brush = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});

for (const one of document.querySelectorAll('[data-token]')) one.style.background = `var(--${one.dataset.token})`;
for (const one of document.querySelectorAll('[data-space]')) one.style.width = `var(--${one.dataset.space})`;
for (const one of document.querySelectorAll('[data-corner]')) one.style.borderRadius = `var(--${one.dataset.corner})`;
for (const one of document.querySelectorAll('[data-type]')) one.style.fontSize = `var(--${one.dataset.type})`;
for (const one of document.querySelectorAll('[data-front]')) {
  one.style.color = `var(--${one.dataset.front})`;
  one.style.background = `var(--${one.dataset.ground})`;
}
for (const one of document.querySelectorAll('[data-edge]')) {
  one.style.border = `3px solid var(--${one.dataset.edge})`;
  one.style.background = `var(--${one.dataset.ground})`;
}

for (const one of document.querySelectorAll('kbd[data-shown]')) one.textContent = shown(one.dataset.shown);

function luminance(colour) {
  brush.fillStyle = colour;
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue] = [...brush.getImageData(0, 0, 1, 1).data].map(part => {
    const share = part / 255;
    return share <= .04045 ? share / 12.92 : ((share + .055) / 1.055) ** 2.4;
  });
  return .2126 * red + .7152 * green + .0722 * blue;
}

function ratio(theme) {
  const button = getComputedStyle(document.querySelector(`[data-dyed=${theme}] .btn.primary`));
  const [bright, dim] = [luminance(button.color), luminance(button.backgroundColor)].sort((one, other) => other - one);
  return ((bright + .05) / (dim + .05)).toFixed(1);
}

function wear() {
  const at = hue.value / Number(form.dataset.step);
  chroma.max = Math.min(strongest[Math.floor(at)], strongest[Math.min(Math.floor(at) + 1, strongest.length - 1)]);
  root.setProperty('--brand-h', hue.value);
  root.setProperty('--brand-c', chroma.value);
  const values = {hue: hue.value, chroma: Number(chroma.value).toFixed(3), light: ratio('light'), dark: ratio('dark')};
  said.value = said.dataset.text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

form.addEventListener('input', wear);
form.addEventListener('reset', () => queueMicrotask(wear));
form.addEventListener('submit', event => event.preventDefault());
wear();
