// The settings: saved in place, looked back on, searched.
import './settings/save.js';
import './settings/past.js';
import './settings/find.js';
