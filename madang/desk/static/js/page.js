// Every page that is not the desk itself: settings, and the pages before sign-in.
import './parts/acts.js';
import './parts/keys.js';
import './parts/menu.js';
import './parts/dialog.js';
import './parts/copy.js';
import './parts/prefs.js';
import './parts/palette.js';
import './parts/waiting.js';
import './parts/bell.js';
import './parts/keyboard.js';
import './parts/form.js';
import './parts/poll.js';
