// News of who somebody is, on pages beside the desk: the one connection of this browser is shared with the desk's tabs.
const page = document.querySelector('[data-stream]');

function listen() {
  const worker = new SharedWorker(page.dataset.worker, {type: 'module', name: `desk-${page.dataset.me}`});
  const ready = () => worker.port.postMessage({url: page.dataset.stream, after: page.dataset.after});
  worker.port.onmessage = ({data}) => {
    if (data.kind === 'who') document.dispatchEvent(new CustomEvent('desk:who'));
  };
  ready();
  addEventListener('pagehide', () => worker.port.postMessage({bye: true}));
  addEventListener('pageshow', event => { if (event.persisted) ready(); });
}

if (page && window.SharedWorker) listen(); // without one, the page looks again by itself every half minute
