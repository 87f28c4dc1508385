// Brightness and spacing: at once on this page, and kept for her.
import {acts} from './acts.js';
import {tell} from './http.js';

acts.prefer = button => {
  const {name, value} = button.dataset;
  document.documentElement.dataset[name] = value;
  // A phone's bar over the page too, but on spacing, of which it knows nothing.
  for (const bar of document.querySelectorAll('meta[name=theme-color]')) bar.content = bar.dataset[value] ?? bar.content;
  for (const other of button.parentElement.children) other.setAttribute('aria-pressed', other === button);
  tell('PUT', '/preferences', {[name]: value});
};
