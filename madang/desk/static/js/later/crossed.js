// A colleague was quicker: what was said since is shown, and the person decides before anything goes out. Loaded when that
// happens (js/desk/outbox.js), which asks one question at a time.
import '../parts/base.js';
import {$, acts} from '../parts/acts.js';
import {parse} from '../parts/parse.js';

const dialog = $('crossed');

/** Show whose it is and what was said since (`html` of a 409) beside what she wants to send. Answers `choice` ("send", "edit"
or "discard") and what the markup tells: `conversation`, `newest`, and what is said when it is `discarded`. */
export function crossed(html, text) {
  $('crossed-said').replaceChildren(parse(html));
  $('crossed-mine').textContent = text;
  dialog.returnValue = '';
  dialog.showModal();
  const told = $('crossed-said').querySelector('.crossed-list').dataset;
  return new Promise(resolve => {
    // Escape, the cross and a click beside it lose nothing: the words go back to where they were written.
    dialog.addEventListener('close', () => resolve({choice: dialog.returnValue || 'edit', ...told}), {once: true});
  });
}

acts.crossed = button => dialog.close(button.dataset.choice);
