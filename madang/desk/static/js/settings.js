// The settings: saved in place, looked back on, searched.
import './settings/save.js';
import './settings/past.js';
import './settings/find.js';

document.querySelector('.settings-nav [aria-current]')?.scrollIntoView({block: 'nearest'}); // the menu may be longer than the window
