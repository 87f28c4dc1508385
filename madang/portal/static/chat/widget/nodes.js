// Make nodes out of text only. Nothing here reads markup.
const SVG = 'http://www.w3.org/2000/svg';
const ICONS = {
  clock: ['M12 6v6l4 2', 'M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20'],
  check: ['M20 6 9 17l-5-5'],
  checks: ['M18 6 7 17l-5-5', 'm22 10-7.5 7.5L13 16'],
  alert: ['M12 8v4', 'M12 16h.01', 'M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20'],
  file: ['M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7Z', 'M14 2v4a2 2 0 0 0 2 2h4'],
  down: ['M12 15V3', 'M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4', 'm7 10 5 5 5-5'],
  x: ['M18 6 6 18', 'm6 6 12 12'],
  mail: ['m22 7-8.99 5.7a2 2 0 0 1-2 0L2 7', 'M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2'],
};

export const icon = (name) => {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of ICONS[name]) svg.appendChild(document.createElementNS(SVG, 'path')).setAttribute('d', d);
  return svg;
};

export const el = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children);
  return node;
};

export const $ = (id) => document.getElementById(id);

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\u3000]{1,2000}/gi;
const TRAILING = /[.,;:!?)\]}»”’]+$/;

// Plain text as nodes, with its web addresses clickable. Only http and https ever become a link.
export const linked = (text) => {
  const parts = document.createDocumentFragment();
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(TRAILING, '');
    parts.append(text.slice(at, found.index));
    parts.append(el('a', {href: address, target: '_blank', rel: 'noopener noreferrer nofollow'}, address));
    at = found.index + address.length;
  }
  parts.append(text.slice(at));
  return parts;
};
