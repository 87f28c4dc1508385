// Views that are kept, in the order each person wants.
import {$} from '../parts/acts.js';
import {tell} from '../parts/http.js';
import {arrange, ordering} from '../parts/ordering.js';

const menu = $('views-menu');
const PAUSE = 400; // a held key is kept at its end
let wish = null; // keys in her order, once something was moved here
let timer = 0;

const name = line => line.dataset.name;

function keep() {
  wish = [...menu.querySelectorAll('.view-line')].map(one => one.dataset.viewLine);
  clearTimeout(timer);
  timer = setTimeout(tell, PAUSE, 'POST', '/preferences/view-order', {value: JSON.stringify(wish)});
}

ordering(menu, {item: '.view-line', grip: '.view-grip', head: '.menu-item', name, keep});

// A list that was on its way while something was moved comes in the order of then.
document.addEventListener('desk:listed', () => {
  if (!wish || menu.querySelector('[data-dragged]')) return;
  for (const group of menu.querySelectorAll('.view-group')) arrange([...group.children], line => wish.indexOf(line.dataset.viewLine));
});
