// Dialogs close by their cross, by Escape, and by a click beside them.
import {acts} from './acts.js';

acts['close-dialog'] = button => button.closest('dialog').close();

document.addEventListener('click', event => {
  if (!(event.target instanceof HTMLDialogElement)) return;
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
});

// A form with data-confirm asks first.
document.addEventListener('submit', event => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});
