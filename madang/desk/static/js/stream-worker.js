// SharedWorker: one connection for every tab of this browser.
import {connect, Ring} from './desk/stream.js';

const ports = new Set();
const ring = new Ring();
let up = true;
let begun = false;

const tell = message => { for (const port of ports) port.postMessage(message); };

function begin(url, after) {
  begun = true;
  connect(url, after, message => { ring.keep(message); tell(message); }, now => { up = now; tell({up}); });
}

self.onconnect = event => {
  const port = event.ports[0];
  port.onmessage = ({data}) => {
    if (data.bye) return ports.delete(port);
    ports.add(port);
    if (!begun) return begin(data.url, data.after);
    for (const message of ring.since(data.after)) port.postMessage(message);
    port.postMessage({up});
  };
};
