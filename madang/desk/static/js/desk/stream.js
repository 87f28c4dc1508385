// One EventSource that never gives up: the browser repeats after a broken line, we repeat after an HTTP error, where
// EventSource stops for good.
const KINDS = ['message', 'state', 'many', 'stale', 'who', 'typing', 'looking', 'presence', 'bell', 'gone', 'gap'];
const SLOWEST = 15_000;
const SILENCE = 50_000; // the server says something every 20 s: a line on which nothing comes is dead, and no error says so
const MOST = 500;

/** Listen from position `after`. `hear({kind, data, id})` each time, `status(up)` when the line breaks and comes back. */
export function connect(url, after, hear, status) {
  let at = after;
  let wait = 500;
  const again = () => {
    setTimeout(begin, wait * (0.7 + Math.random() * 0.6));
    wait = Math.min(wait * 2, SLOWEST);
  };
  const begin = () => {
    const source = new EventSource(`${url}?after=${at}`);
    let silent = 0;
    const lost = () => {
      clearTimeout(silent);
      status(false);
      source.close(); // its own repeat would ask from where it began, not from where we are
      again();
    };
    const heard = () => {
      clearTimeout(silent);
      silent = setTimeout(lost, SILENCE);
    };
    heard();
    source.onopen = () => { wait = 500; heard(); status(true); };
    source.onerror = lost;
    source.addEventListener('beat', heard);
    for (const kind of KINDS) {
      source.addEventListener(kind, event => {
        heard();
        at = event.lastEventId || at;
        hear({kind, data: JSON.parse(event.data), id: event.lastEventId});
      });
    }
  };
  begin();
}

/** The last messages, for a tab that comes later. */
export class Ring {
  #kept = [];

  keep(message) {
    if (['typing', 'looking', 'presence', 'bell'].includes(message.kind)) return;
    this.#kept.push(message);
    if (this.#kept.length > MOST) this.#kept.shift();
  }

  /** What came at or after a position; a gap when that is more than is kept. */
  since(position) {
    const full = this.#kept.length === MOST && BigInt(this.#kept[0].id || 0) > BigInt(position || 0);
    if (full) return [{kind: 'gap', data: {}, id: ''}];
    return this.#kept.filter(message => BigInt(message.id || 0) >= BigInt(position || 0));
  }
}
