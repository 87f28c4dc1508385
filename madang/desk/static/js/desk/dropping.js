// Files that are dropped on the thread.
import {$} from '../parts/acts.js';
import {current} from './nav.js';
import {add} from './uploads.js';

const desk = $('desk');
const place = $('thread');
const isFile = event => [...event.dataTransfer.types].includes('Files');
const carries = event => current() && isFile(event);
let depth = 0;

if ($('tray')) {
  place.addEventListener('dragenter', event => { if (carries(event)) { depth++; desk.dataset.dragging = ''; } });
  place.addEventListener('dragleave', () => { if (depth && !--depth) delete desk.dataset.dragging; });
  place.addEventListener('dragover', event => { if (carries(event)) event.preventDefault(); });
  place.addEventListener('drop', event => {
    depth = 0;
    delete desk.dataset.dragging;
    if (!carries(event)) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });
}

// Beside the thread nothing takes a file: the browser would leave the desk to show it.
document.addEventListener('dragover', event => {
  if (event.defaultPrevented || !isFile(event) || event.target.matches?.('[type=file]')) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'none';
});
