// Where no conversation is open: the first steps of a new house. And the tour, which only a demo loads.
import {$} from '../parts/acts.js';
import {ask} from '../parts/http.js';
import {parse} from '../parts/parse.js';

const place = $('first-steps');
if (place) ask('GET', place.dataset.src).then(html => place.replaceChildren(parse(html)), () => {});
if ($('tour-place')) import('../later/tour.js');
