// What can be looked at or done with one message: its earlier words; hide it from others.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {parse} from '../parts/parse.js';
import {upsert} from './messages.js';
import {current} from './nav.js';

acts.versions = async button => {
  try {
    const html = await ask('GET', button.dataset.src);
    $('versions').querySelector('.dialog-body').replaceChildren(parse(html));
    $('versions').showModal();
  } catch (error) {
    complain(error);
  }
};

acts.act = async button => {
  const item = button.closest('.msg');
  const cid = current();
  button.setAttribute('aria-disabled', 'true');
  try {
    const html = await ask('POST', `/messages/${item.dataset.id}/acts`, {verb: button.dataset.verb});
    if (cid === current()) upsert(html);
  } catch (error) {
    button.removeAttribute('aria-disabled');
    complain(error);
  }
};
