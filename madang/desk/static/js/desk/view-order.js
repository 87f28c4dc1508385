// Views that are kept, in the order each person wants.
import {$} from '../parts/acts.js';
import {arrange, ordering} from '../parts/ordering.js';
import {keepSoon, unkept} from '../parts/wishes.js';

const menu = $('views-menu');
let wish = JSON.parse(unkept('view-order')); // keys in her order, once something was moved here

const name = line => line.dataset.name;

function keep() {
  wish = [...menu.querySelectorAll('.view-line')].map(one => one.dataset.viewLine);
  keepSoon('view-order', JSON.stringify(wish));
}

ordering(menu, {item: '.view-line', grip: '.view-grip', head: '.menu-item', name, keep});

// A list that was on its way while something was moved comes in the order of then.
document.addEventListener('desk:listed', stand);

function stand() {
  if (!wish || menu.querySelector('[data-dragged]')) return;
  for (const group of menu.querySelectorAll('.view-group')) arrange([...group.children], line => wish.indexOf(line.dataset.viewLine));
}

stand();
