// The visitor's live stream: server-sent events read with fetch, because the token must never stand in an address.
import {base} from './texts.js';
import {call} from './wire.js';

const SILENCE = 45_000; // the house says at least something every 15 s
// Until the time is over, the stream is to end, or there are signs that the house can be reached.
const wait = (ms, signal) => new Promise((done) => {
  const tidy = new AbortController();
  const end = () => { clearTimeout(timer); tidy.abort(); done(); };
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end, {signal: tidy.signal});
  for (const sign of ['online', 'reached']) addEventListener(sign, end, {signal: tidy.signal});
});

const parse = (block) => {
  const event = {id: '', kind: 'message', data: ''};
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) event.id = line.slice(4);
    else if (line.startsWith('event: ')) event.kind = line.slice(7);
    else if (line.startsWith('data: ')) event.data += line.slice(6);
  }
  return event.data ? {...event, data: JSON.parse(event.data)} : null;
};

const drain = async (reader, stop, hear) => {
  const decoder = new TextDecoder();
  let rest = '';
  let timer = 0;
  const alarm = () => { clearTimeout(timer); timer = setTimeout(stop, SILENCE); };
  alarm();
  try {
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return;
      alarm();
      const blocks = (rest + decoder.decode(value, {stream: true})).split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event) hear(event);
      }
    }
  } finally {
    clearTimeout(timer);
  }
};

const once = async ({token, after, page}, signal, hear, status) => {
  const stopper = new AbortController();
  const stop = () => stopper.abort();
  signal.addEventListener('abort', stop, {once: true});
  const answer = await call(`${base}/stream?after=${encodeURIComponent(after())}`, token(), {
    method: 'GET', signal: stopper.signal, headers: {accept: 'text/event-stream', 'madang-page': encodeURIComponent(page())},
  });
  status(true);
  await drain(answer.body.getReader(), stop, hear);
};

// Runs until aborted. hear({id, kind, data}); status(up); lost(error) may mend the token.
export const listen = async (how, signal, hear, status, lost) => {
  let pause = 500;
  while (!signal.aborted) {
    try {
      await once(how, signal, (event) => { pause = 500; hear(event); }, status);
    } catch (error) {
      await lost(error);
    }
    if (signal.aborted) return;
    status(false);
    await wait(pause * (0.7 + Math.random() * 0.6), signal);
    pause = Math.min(pause * 2, 15_000);
  }
};
