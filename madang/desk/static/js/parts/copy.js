// Copy out of the page.
import {acts} from './acts.js';
import {toast} from './toast.js';

acts.copy = async button => {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    byHand(button.dataset.copy);
  }
  const label = button.querySelector('span');
  if (!label) return toast(button.dataset.done);
  const before = label.textContent;
  label.textContent = button.dataset.done;
  setTimeout(() => { label.textContent = before; }, 2_000);
};

// Over plain http browsers have no clipboard to offer; selecting and copying still works.
function byHand(text) {
  const box = document.createElement('textarea');
  box.value = text;
  document.body.append(box);
  box.select();
  document.execCommand('copy');
  box.remove();
}
