// Things in the order each person wants. How they are moved by hand is loaded when somebody comes near (js/later/moving.js).
import {word} from './acts.js';
import {toast} from './toast.js';

const load = () => import('../later/moving.js');

/** Put siblings into an order; what stands right is not touched. `place(one)`: its place, -1 is after all others. */
export function arrange(some, place) {
  const of = one => (place(one) + 1) || some.length + 1;
  const sorted = [...some].sort((one, other) => of(one) - of(other));
  if (sorted.some((one, at) => one !== some[at])) some[0].parentElement.append(...sorted);
}

/**
 * Let what fits `item` within `root` be moved among its siblings: by its `grip`, by arrow keys on it, with Alt on what
 * fits `alt` in it. `head`: the part whose middle decides where one is dropped. `keep()` is called after each change.
 * Returns what moves the item around `target` one place up (-1) or down (1).
 */
export function ordering(root, how) {
  const alt = how.alt ?? 'a, button';
  const move = async (target, by) => {
    let held = true;
    const ends = by ? [] : ['pointerup', 'pointercancel']; // let go of before there is a hand to carry it
    for (const name of ends) document.addEventListener(name, () => { held = false; }, {capture: true, once: true});
    try {
      const {drag, step} = await load();
      if (by) step(target, by, {...how, arrange});
      else if (held) drag(root, target.closest(how.grip), {...how, arrange});
    } catch {
      toast(word('lost'), {tone: 'bad'});
    }
  };
  const begin = (event, by) => {
    event.preventDefault();
    event.stopPropagation(); // a menu walks by these keys elsewhere
    move(event.target, by);
  };
  root.addEventListener('pointerover', () => load().catch(() => {}), {once: true});
  root.addEventListener('keydown', event => {
    const {target, altKey} = event;
    const by = {ArrowUp: -1, ArrowDown: 1}[event.code];
    if (!by || event.isComposing || event.keyCode === 229 || !target.closest(how.item)) return;
    if (target.matches(how.grip) || (altKey && target.matches(alt))) begin(event, by);
  });
  root.addEventListener('pointerdown', event => {
    if (event.isPrimary && !event.button && event.target.closest(how.grip)) begin(event);
  });
  return move;
}
