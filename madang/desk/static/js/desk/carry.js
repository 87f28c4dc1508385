// Carry on elsewhere: a link goes into the text, and stands there as a code to be scanned.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {setText} from './composer.js';
import {current} from './nav.js';

const box = $('composer-text');

acts.carry = async button => {
  const cid = current();
  button.setAttribute('aria-disabled', 'true');
  try {
    const html = await ask('POST', `/c/${cid}/carry`);
    if (cid !== current()) return;
    $('carry-body').replaceChildren(parse(html));
  } catch (error) {
    return complain(error);
  } finally {
    button.removeAttribute('aria-disabled');
  }
  insert($('carry-body').querySelector('[data-copy]').dataset.copy);
  $('carry').showModal();
};

/** Where one writes, with a space on either side. */
function insert(url) {
  const before = box.value.slice(0, box.selectionStart);
  const after = box.value.slice(box.selectionEnd);
  const gap = before && !/\s$/.test(before) ? ' ' : '';
  setText(before + gap + url + (after && !/^\s/.test(after) ? ' ' : '') + after);
  box.dispatchEvent(new Event('input'));
}

$('carry').addEventListener('close', () => box?.focus());
