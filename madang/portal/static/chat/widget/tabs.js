// Several tabs of one visitor: one holds the stream and tells the others; when it closes, the next takes over.
import * as shelf from './shelf.js';
import {config} from './texts.js';

const channel = 'BroadcastChannel' in window ? new BroadcastChannel(`madang:${config.key}`) : null;

export const say = (who, event) => { if (channel) channel.postMessage({who, event}); };

export const hearOthers = (who, hear) => {
  if (channel) channel.addEventListener('message', ({data}) => { if (data && data.who === who()) hear(data.event); });
};

// work(signal) runs in one tab at a time per visitor, until stop() is called.
export const lead = (who, work) => {
  const stopper = new AbortController();
  const run = () => (stopper.signal.aborted ? undefined : work(stopper.signal));
  shelf.alone(`stream:${who}`, run).catch(() => {});
  return () => stopper.abort();
};
