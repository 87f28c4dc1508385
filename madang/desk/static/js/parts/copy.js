// Copy out of the page.
import {acts} from './acts.js';
import {write} from './clipboard.js';
import {toast} from './toast.js';

acts.copy = async button => {
  await write(button.dataset.copy);
  const label = button.querySelector('span');
  if (!label) return toast(button.dataset.done);
  label.dataset.before ??= label.textContent; // pressed twice, it says "copied" already
  label.textContent = button.dataset.done;
  setTimeout(() => { label.textContent = label.dataset.before; }, 2_000);
};
