// Fields of the company's own beside the conversation: kept as soon as one is left, put back when it is refused.
import {$} from '../parts/acts.js';
import {tell} from '../parts/http.js';
import {toast} from '../parts/toast.js';
import {around} from './around.js';
import {current, forget} from './nav.js';

$('panel').addEventListener('change', async event => {
  const {ownField} = event.target.dataset;
  if (!ownField) return;
  const box = event.target.closest('.own-fields');
  const cid = current();
  const kept = await tell('PUT', box.dataset.url, {field: ownField, value: event.target.value});
  event.target.toggleAttribute('aria-invalid', !kept);
  if (!kept) return;
  toast(box.dataset.saved);
  forget(cid);
  if (cid === current()) around();
});
