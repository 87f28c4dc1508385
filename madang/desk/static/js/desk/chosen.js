// Which channel the agent has chosen for a conversation, or the server for her.
import {$} from '../parts/acts.js';
import {kind} from './composer.js';
import {current} from './nav.js';

const form = $('composer');

export const chosen = new Map(); // conversation → channel, for this visit

/** The menu's entry of the channel the answer goes by. */
export const way = () => form?.querySelector(`.way[data-way="${chosen.get(current())}"]`) ?? form?.querySelector('.way[aria-checked=true]');

/** The channel's number as the server takes it, '' for the best one. */
export const channel = () => (kind() === 'reply' ? way()?.dataset.way ?? '' : '');
