// Things in the order each person wants. How they are moved by hand is loaded when somebody comes near (js/later/moving.js).
import {word} from '../parts/acts.js';
import {toast} from '../parts/toast.js';

const load = () => import('../later/moving.js');

/** Put siblings into an order; what stands right is not touched. `place(one)`: its place, -1 is after all others. */
export function arrange(some, place) {
  const of = one => (place(one) + 1) || some.length + 1;
  const sorted = [...some].sort((one, other) => of(one) - of(other));
  if (sorted.some((one, at) => one !== some[at])) some[0].parentElement.append(...sorted);
}

/**
 * Let what fits `item` within `root` be moved among its siblings: by its `grip`, by arrow keys on it, with Alt on any
 * button or link of it. `head`: the part whose middle decides where one is dropped. `keep()` is called after each change.
 */
export function ordering(root, how) {
  const begin = async (event, by) => {
    event.preventDefault();
    event.stopPropagation(); // a menu walks by these keys elsewhere
    const {target} = event;
    try {
      const {drag, step} = await load();
      by ? step(target, by, {...how, arrange}) : drag(root, target.closest(how.grip), {...how, arrange});
    } catch {
      toast(word('lost'), {tone: 'bad'});
    }
  };
  root.addEventListener('pointerover', () => load().catch(() => {}), {once: true});
  root.addEventListener('keydown', event => {
    const {target, altKey} = event;
    const by = {ArrowUp: -1, ArrowDown: 1}[event.code];
    if (!by || event.isComposing || event.keyCode === 229 || !target.closest(how.item)) return;
    if (target.matches(how.grip) || (altKey && target.matches('a, button'))) begin(event, by);
  });
  root.addEventListener('pointerdown', event => {
    if (event.isPrimary && !event.button && event.target.closest(how.grip)) begin(event);
  });
}
