// Whose conversation is open is said to a reader once one rests there, not of each that J and K pass by.
import {$, fill} from '../parts/acts.js';
import {PASSED, current} from './nav.js';

const box = $('resting');
let timer = 0;

document.addEventListener('desk:beside', ({detail: {cid}}) => { // it has been painted
  const unread = $(`c-${cid}`)?.querySelector('.badge:not(.at)')?.lastChild.data; // goes when it is read
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (cid !== current()) return;
    const who = $('head-who');
    box.textContent = [who.dataset.name, who.querySelector('[lang]').textContent, unread && fill(box.dataset.unread, {n: unread})].filter(Boolean).join(', ');
  }, PASSED);
});
