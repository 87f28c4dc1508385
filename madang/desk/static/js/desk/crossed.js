// A colleague was quicker: what was said since is shown, and the person decides before anything goes out.
import {$, acts} from '../parts/acts.js';
import {parse} from '../parts/parse.js';
import {notice} from './noticed.js';

const dialog = $('crossed');
let answer = null;

/** Show what was said since (`html` of a 409) beside what she wants to send; "send", "edit" or "discard", and `newest`. */
export function crossed(html, text) {
  const list = parse(html).firstElementChild;
  $('crossed-said').replaceChildren(list);
  $('crossed-mine').textContent = text;
  answer?.('edit'); // one question at a time: the one before goes back to the composer
  dialog.showModal();
  return new Promise(resolve => {
    answer = choice => {
      const newest = Number(list.dataset.newest);
      notice(Number(list.dataset.conversation), newest); // she has seen it now: she is not asked about it again
      resolve({choice, newest});
    };
  });
}

acts.crossed = button => {
  const done = answer;
  answer = null;
  dialog.close();
  done?.(button.dataset.choice);
};

// Escape, the cross and a click beside it lose nothing: the words go back to where they were written.
dialog?.addEventListener('close', () => {
  answer?.('edit');
  answer = null;
});
