// A file on its way to the server: each goes once at a time, whoever asks for it.
import {$, word} from '../parts/acts.js';
import {Refused} from '../parts/http.js';
import {find} from './kept-files.js';

const token = document.querySelector('meta[name=csrf]').content;
const going = new Map(); // id → {request, key: Promise}

/** Its key at the server; `told` hears how far it is (0 to 100). Throws Refused. */
export function up(id, told = () => {}) {
  if (!going.has(id)) going.set(id, begin(id));
  const one = going.get(id);
  one.told.add(told);
  return one.key;
}

/** Let it be. */
export function abort(id) {
  going.get(id)?.request.abort();
}

function begin(id) {
  const one = {request: new XMLHttpRequest(), told: new Set()}; // fetch cannot tell how far an upload is
  one.key = carry(one, id).finally(() => going.delete(id));
  return one;
}

async function carry({request, told}, id) {
  const file = await find(id);
  if (!file) throw new Refused(410, $('composer').dataset.gone);
  return new Promise((resolve, reject) => {
    request.open('POST', `/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('x-csrf-token', token);
    request.setRequestHeader('x-desk', '1');
    request.responseType = 'json';
    request.upload.onprogress = event => { for (const tell of told) tell(100 * event.loaded / event.total); };
    request.onerror = request.onabort = () => reject(new Refused(0, word('lost')));
    request.onload = () => {
      if (request.status === 201) resolve(request.response.key);
      else reject(new Refused(request.status, request.response?.message ?? ''));
    };
    request.send(file);
  });
}
