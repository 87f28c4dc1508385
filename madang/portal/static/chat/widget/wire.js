// Every call to the house. Cookies never travel: the visitor's token is all the proof there is.
import {base} from './texts.js';

export class Refusal extends Error {
  constructor(status, reason, retry = 0) {
    super(reason);
    this.status = status;
    this.retry = retry; // seconds to wait, when the house says
  }
  get passing() { return this.status === 0 || this.status === 429 || this.status >= 500; }
}

// A page that is not served over HTTPS has no randomUUID.
export const uuid = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte, place) => ([4, 6, 8, 10].includes(place) ? '-' : '') + byte.toString(16).padStart(2, '0')).join('');
};

const time = (seconds) => (AbortSignal.timeout ? AbortSignal.timeout(seconds * 1000) : undefined);

export const call = async (address, token, {method = 'POST', body, headers = {}, seconds = 15, ...more} = {}) => {
  const wanted = {...headers};
  if (token) wanted.authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(address, {
      method, body, headers: wanted, credentials: 'omit', cache: 'no-store', referrerPolicy: 'same-origin', signal: time(seconds), ...more,
    });
  } catch (error) {
    throw new Refusal(0, error.message);
  }
  if (!answer.ok) throw new Refusal(answer.status, (await answer.text()).slice(0, 300), Number(answer.headers.get('retry-after')) || 0);
  dispatchEvent(new Event('reached')); // whoever waits before trying again need not
  return answer;
};

const json = (body) => ({body: JSON.stringify(body), headers: {'content-type': 'application/json'}});

export const post = async (path, token, body, more = {}) => (await call(base + path, token, {...json(body), ...more})).json();
export const read = async (path, token) => (await call(base + path, token, {method: 'GET'})).json();

// A frame on its way in: durable once this resolves.
export const tell = (key, token, frame, more = {}) => call(`/hooks/${key}`, token, {...json(frame), ...more});
