// In the queue Return says yes, where nothing else has the focus that Return would press.
import {$} from '../parts/acts.js';

document.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (event.target !== document.body && event.target.id !== 'content') return;
  $('accept')?.click();
});
