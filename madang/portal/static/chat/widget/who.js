// Who the visitor is to the house: a browser (a token the server made, kept here), or a user whom the page has signed.
// A signed user's token is never stored: whoever uses this browser next and is not signed in is somebody else.
import * as shelf from './shelf.js';
import {config} from './texts.js';
import {Refusal, post} from './wire.js';

let account = null; // {id, token, hash, profile}
let browser = shelf.get('token') || '';

export const token = () => (account ? account.token : browser);
export const signedIn = () => (account ? account.id : '');
export const name = () => (account ? `user:${account.id}` : 'browser');
export const profile = () => (account ? account.profile : {});

// The token, made by the server when the first word is said.
export const ensure = async () => token() || shelf.alone('token', async () => {
  browser = shelf.get('token') || '';
  if (!browser) {
    browser = (await post('/session', '', {})).token;
    shelf.put('token', browser);
  }
  return browser;
});

export const adopt = () => {
  const said = shelf.get('token') || '';
  const changed = said !== browser;
  browser = said;
  return changed && !account;
};

// Returns the browser's own token when it has spoken, or is about to: its history goes to the user, and the browser forgets it.
export const signIn = async (user, speaking) => {
  const before = account ? '' : browser;
  const made = await post('/session', '', {user: {id: user.id, hash: user.hash || ''}});
  const was = before && (speaking || shelf.get('spoken')) ? before : '';
  account = {id: user.id, hash: user.hash || '', token: made.token, profile: {name: user.name || '', email: user.email || '', was}};
  if (before) forget();
  return was;
};

const forget = () => {
  browser = '';
  shelf.drop('token', 'spoken', 'email', 'asked');
};

export const signOut = () => {
  account = null;
  forget();
  shelf.drop('outbox', 'draft');
};

// The house does not know the token any more: a user is signed again, a browser begins anew.
export const renew = async () => {
  if (account) {
    const {id, hash} = account;
    account.token = (await post('/session', '', {user: {id, hash}})).token;
  } else {
    browser = '';
    shelf.drop('token', 'spoken');
  }
};

export const guard = async (work) => {
  try {
    return await work(token());
  } catch (error) {
    const unknown = error instanceof Refusal && (error.status === 401 || (error.status === 403 && error.message.includes('token')));
    if (!unknown) throw error;
    await renew();
    return work(await ensure());
  }
};
export const key = config.key;
