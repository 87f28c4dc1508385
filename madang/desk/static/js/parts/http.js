// Requests to our own server: they carry the session's form token and say in plain words what went wrong.
import {word} from './acts.js';
import {toast} from './toast.js';

const token = document.querySelector('meta[name=csrf]').content;
const PATIENCE = 15_000;
const MUCH = 600_000; // where files go up
const LIGHT = 60_000; // bytes: more may not outlive its page, browsers refuse to send it at all
const EXACT = 2_000; // ms: the server says whole seconds

/** What the server answered when it refused: `message` is for people, `status` 0 when it could not be reached, `html` what it shows instead. */
export class Refused extends Error {
  constructor(status, message, html = '') {
    super(message);
    this.status = status;
    this.html = html;
  }
}

/** The answer's text. Throws Refused. */
export async function ask(method, url, body) {
  return words(await reach(method, url, body));
}

/** As `ask`, with the address at which redirects ended. */
export async function follow(method, url, body) {
  const answer = await reach(method, url, body);
  return {text: await words(answer), url: answer.url};
}

/** As it answered, also where it refused: for forms whose page comes back with what is wrong. */
export async function reply(method, url, body) {
  const answer = await fetched(method, url, body);
  return {ok: answer.ok, status: answer.status, text: await words(answer), url: answer.url};
}

/** Post what leads to another page, without going there. A file is sent as it is. Throws Refused. */
export async function send(method, url, body) {
  const answer = await fetched(method, url, body, {redirect: 'manual'});
  if (answer.type !== 'opaqueredirect' && !answer.ok) throw new Refused(answer.status, await said(answer));
}

async function reach(method, url, body) {
  const answer = await fetched(method, url, body);
  if (answer.status === 409 && answer.headers.get('content-type')?.startsWith('text/html')) throw new Refused(409, word('refused'), await words(answer));
  if (!answer.ok) throw new Refused(answer.status, await said(answer));
  return answer;
}

// The line may break within an answer, too.
const words = answer => answer.text().catch(() => { throw new Refused(0, word('lost')); });

/** Now, in milliseconds, as the server's clock has it: this machine's may be wrong by minutes. */
export const now = () => Date.now() + off;
let off = 0;

async function fetched(method, url, body, more = {}) {
  const given = body && !(body instanceof FormData || body instanceof Blob) ? new URLSearchParams(body) : body;
  try {
    const answer = await fetch(url, {
      method,
      body: given,
      headers: {'x-csrf-token': token, 'x-desk': '1'},
      signal: AbortSignal.timeout(files(given) ? MUCH : PATIENCE),
      keepalive: method === 'PUT' && String(given).length < LIGHT,
      ...more,
    });
    const ahead = Date.parse(answer.headers.get('date')) - Date.now();
    if (method !== 'GET') off = Math.abs(ahead) > EXACT ? ahead : 0; // what is read may come out of a cache
    return answer;
  } catch {
    throw new Refused(0, word('lost'));
  }
}

const files = body => body instanceof Blob || (body instanceof FormData && [...body.values()].some(one => one.size));

async function said(answer) {
  try {
    return (await answer.json()).message || word('refused');
  } catch {
    return word('refused');
  }
}

/** Say an error to the person. A lost session leads to the sign-in. */
export function complain(error) {
  if (!(error instanceof Refused)) throw error;
  if (error.status === 401) toast(word('gone'), {tone: 'bad', label: word('signin'), act: () => location.reload(), stay: true});
  else toast(error.message, {tone: 'bad'});
}

/** As `ask`, and errors are said. Whether it worked. */
export async function tell(method, url, body) {
  try {
    await ask(method, url, body);
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}
