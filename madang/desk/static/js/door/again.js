// Without a network: look again when it is back, and now and then whether the server is.
const OFTEN = 10_000;

async function look() {
  try {
    if ((await fetch('/healthz', {cache: 'no-store'})).ok) location.reload(); // a gateway that answers for it is not the house
  } catch {
    // not yet
  }
}

addEventListener('online', look);
setInterval(look, OFTEN);
