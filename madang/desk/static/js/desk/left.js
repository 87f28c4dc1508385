// How long a door is still open, said anew every half minute. When one closes, the server says what can be done then.
import {$, fill} from '../parts/acts.js';
import {now} from '../parts/http.js';
import {around} from './around.js';
import {way} from './chosen.js';

const OFTEN = 15_000;
let shut = 0; // the moment of the last door that closed while we looked

function words(until) {
  const says = $('ways-data').dataset;
  const minutes = Math.ceil((until * 1_000 - now()) / 60_000);
  if (minutes <= 0) return says.over;
  if (minutes < 60) return fill(says.minutes, {n: minutes});
  if (minutes < 48 * 60) return fill(says.hours, {n: Math.floor(minutes / 60)});
  return fill(says.days, {n: Math.floor(minutes / 1440)});
}

function tell() {
  if (!$('via')) return;
  for (const one of document.querySelectorAll('#ways-menu .left')) one.textContent = words(Number(one.dataset.until));
  const until = Number(way()?.dataset.until ?? 0);
  $('via-left').textContent = until ? words(until) : '';
  $('via-left').toggleAttribute('data-soon', Boolean(until) && until * 1_000 - now() < 3_600_000);
  if (until && until * 1_000 < now() && shut !== until) {
    shut = until;
    around();
  }
}

document.addEventListener('desk:way', tell);
setInterval(tell, OFTEN);
tell();
