// What is loaded later shares with the desk's script: all of it names this, so that set-up makes one file of it, not eight.
import './acts.js';
import './http.js';
import './toast.js';
import './parse.js';
import './badge.js';
import './desktop.js';
import './keys.js';
import './wishes.js';
