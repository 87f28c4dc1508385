// What the page was served with: the brand, the limits, and every text in the visitor's language.
export const config = JSON.parse(document.getElementById('config').textContent);
const has = Object.prototype.hasOwnProperty;

export const t = (name, values = {}) =>
  config.texts[name].replace(/\{(\w+)\}/g, (whole, key) => (has.call(values, key) ? String(values[key]) : whole));

export const base = `/chat/${config.key}`;
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
const clockFormat = new Intl.DateTimeFormat(config.locale, {hour: 'numeric', minute: '2-digit'});
const dayFormat = new Intl.DateTimeFormat(config.locale, {weekday: 'long', month: 'long', day: 'numeric'});
const dayOf = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

export const clock = (at) => clockFormat.format(at);
export const sameDay = (one, other) => dayOf(one) === dayOf(other);
export const day = (at) => {
  const ago = Math.round((dayOf(new Date()) - dayOf(at)) / 86_400_000);
  if (ago === 0) return t('today');
  return ago === 1 ? t('yesterday') : dayFormat.format(at);
};
export const size = (bytes) => {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
};
