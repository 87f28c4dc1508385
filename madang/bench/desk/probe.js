// In the page while it is measured: when a key was pressed, when what it asked for was painted, what disturbed.
const PANE = /\/c\/\d+\/pane$/;
const probe = window.probe = {
  opened: [], presses: [], long: [], shifts: [], frames: [], events: [],
  refusing: false, // nothing is fetched beforehand: what is opened is cold
  asking: 0, last: 0,
};
let pressed = null;
let awaited = null;
let rolling = 0;

// A frame's callbacks run before it is drawn; the first task after them runs when it has been handed over.
const painted = done => requestAnimationFrame(() => {
  const {port1, port2} = new MessageChannel();
  port1.onmessage = () => done(performance.now());
  port2.postMessage(0);
});

addEventListener('keydown', event => {
  pressed = {at: event.timeStamp, cold: probe.refusing};
  if (event.code === 'F8') { // nothing happens on this key: the least a press can take here
    const at = event.timeStamp;
    painted(now => probe.presses.push(now - at));
  }
  probe.allow = true;
  setTimeout(() => { probe.allow = false; }, 0);
}, true);

document.addEventListener('desk:opened', event => {
  if (!pressed) return;
  const {at, cold} = pressed;
  const {cid} = event.detail;
  pressed = null;
  painted(now => {
    const thread = document.getElementById('thread');
    const messages = document.querySelectorAll('#log .msg').length;
    const right = Number(thread.dataset.cid) === cid && messages > 0 && document.getElementById('head-name') !== null;
    probe.opened.push({took: now - at, cold, cid, messages, right});
    awaited?.();
  });
});

const fetches = window.fetch;
window.fetch = async (address, options) => {
  if (probe.refusing && !probe.allow && PANE.test(address)) throw new TypeError('refused: measured cold');
  probe.asking++;
  try {
    return await fetches(address, options);
  } finally {
    probe.asking--;
    probe.last = performance.now();
  }
};

/** Until a conversation stands there. Told, not asked for again and again: asking takes the processor that is measured. */
probe.there = () => new Promise(resolve => { if (probe.opened.length) resolve(); else awaited = resolve; });

/** Whether nothing has been asked of the server for a while. */
probe.quiet = () => probe.asking === 0 && performance.now() - probe.last > 80;

probe.roll = () => {
  let before = 0;
  probe.frames = [];
  const each = now => {
    if (before) probe.frames.push(now - before);
    before = now;
    rolling = requestAnimationFrame(each);
  };
  rolling = requestAnimationFrame(each);
};
probe.still = () => { cancelAnimationFrame(rolling); return probe.frames; };

/** What was seen since the last time this was asked. */
probe.take = () => {
  for (const [watcher, hear] of watchers) hear(watcher.takeRecords());
  const seen = {};
  for (const name of ['opened', 'presses', 'long', 'shifts', 'events']) { seen[name] = probe[name]; probe[name] = []; }
  return seen;
};

const named = node => (node?.nodeType === 1 ? `${node.localName}#${node.id || node.className}` : String(node?.nodeName));
const sees = {
  longtask: one => probe.long.push(one.duration),
  'layout-shift': one => probe.shifts.push({value: one.value, what: one.sources.map(each => named(each.node))}),
  event: one => { if (one.name === 'keydown') probe.events.push(one.duration); },
};
const watchers = Object.entries(sees).map(([type, see]) => {
  const hear = list => list.forEach(see);
  const watcher = new PerformanceObserver(list => hear(list.getEntries()));
  watcher.observe({type, durationThreshold: 16});
  return [watcher, hear];
});
