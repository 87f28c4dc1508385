// From which address of ours it goes: a brand has several mailboxes and numbers, a mailbox may have several addresses.
import {$, acts, copyOf} from '../parts/acts.js';
import {toggle} from '../parts/menu.js';
import {chosen, way} from './chosen.js';
import {kind} from './composer.js';
import {current} from './nav.js';

const line = $('from-line');
const picked = new Map(); // conversation → address, for this visit

const froms = one => one.dataset.froms.split(' ').filter(Boolean);
const all = () => [...document.querySelectorAll('#ways-menu .way[data-reachable=true]')].filter(one => froms(one).length);

/** The address somebody chose, '' for the usual one. */
export function sender() {
  const one = kind() === 'reply' && way();
  const address = picked.get(current()) ?? '';
  return one && froms(one).includes(address) && address !== froms(one)[0] ? address : '';
}

/** What a draft or an undone answer had. */
export function setSender(address = '') {
  picked.set(current(), address);
  draw();
}

function draw() {
  const one = kind() === 'reply' && way();
  line.hidden = !one || !froms(one).length;
  if (line.hidden) return;
  line.querySelector('.from-now').textContent = sender() || froms(one)[0];
  $('from').disabled = all().flatMap(froms).length < 2;
}

function entry(one, address) {
  const made = copyOf('tpl-from').firstElementChild;
  const [words, name] = made.querySelectorAll('.menu-text > *');
  Object.assign(made.dataset, {way: one.dataset.way, address});
  made.ariaChecked = String(one === way() && address === $('from').textContent.trim());
  made.querySelector('.from-mark').replaceWith(one.querySelector('.mark').cloneNode(true));
  words.textContent = address;
  name.textContent = one.dataset.name;
  return made;
}

if (line) {
  acts.from = button => {
    $('from-menu').replaceChildren(...all().flatMap(one => froms(one).map(address => entry(one, address))));
    toggle('from-menu', button);
  };
  acts['from-is'] = button => {
    const cid = current();
    picked.set(cid, button.dataset.address);
    $('from-menu').hidePopover();
    if (button.dataset.way !== way().dataset.way) {
      chosen.set(cid, button.dataset.way);
      document.dispatchEvent(new CustomEvent('desk:kind')); // everything looks at the way anew
    }
    draw();
    $('composer-text').dispatchEvent(new Event('input')); // the draft has it too
    $('composer-text').focus();
  };
  for (const name of ['way', 'kind']) document.addEventListener(`desk:${name}`, draw);
}
