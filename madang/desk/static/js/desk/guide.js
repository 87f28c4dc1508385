// The guide beside a conversation: ticked as one goes, its words put into the composer, another one chosen.
import {$, acts} from '../parts/acts.js';
import {ask, complain, tell} from '../parts/http.js';
import {toast} from '../parts/toast.js';
import {insert, kind, setKind} from './composer.js';
import {current, forget} from './nav.js';
import {around} from './around.js';

const box = $('composer-text');

document.addEventListener('change', async ({target}) => {
  if (!target.matches?.('#guide input[data-item]')) return;
  const {guide, item} = target.dataset;
  const cid = current();
  forget(cid);
  const done = await tell(target.checked ? 'PUT' : 'DELETE', `/c/${cid}/guides/${guide}/ticks/${item}`);
  if (!done) target.checked = !target.checked;
  around();
});

acts['guide-say'] = async button => {
  const cid = current();
  const {guide, item, gone} = button.dataset;
  try {
    const {text, missing} = JSON.parse(await ask('GET', `/c/${cid}/guides/${guide}/items/${item}`));
    if (cid !== current()) return;
    put(text);
    if (missing) toast(missing, {tone: 'warn'});
    const tick = button.closest('.aid-item').querySelector('input[data-item]');
    if (tick && !tick.checked) {
      tick.checked = true;
      tick.dispatchEvent(new Event('change', {bubbles: true}));
    }
  } catch (error) {
    if (error.status === 404) toast(gone, {tone: 'bad'});
    else complain(error);
  }
};

function put(text) {
  if (!box) return;
  if (kind() === 'note' && !box.value.trim()) setKind('reply');
  const before = box.value.slice(0, box.selectionStart);
  const space = before && !/\s$/.test(before) ? ' ' : '';
  insert(space + text);
}

acts['guide-choose'] = async button => {
  const cid = current();
  button.closest('[popover]')?.hidePopover();
  forget(cid);
  if (await tell('PUT', `/c/${cid}/guide`, {guide: button.dataset.guide})) around();
};
acts['guide-next'] = () => {
  const next = [...document.querySelectorAll('#guide input[data-item]')].find(one => !one.checked);
  next?.focus();
  next?.scrollIntoView({block: 'nearest'});
};
