// Brought in by the chat once it stands: a button that opens a window of the house in which notices may be allowed.
// A frame inside another site may not ask for that itself.
const MARK = 'M7 2h10a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zM12 18h.01M9 7h6M9 10.5h4';

const config = JSON.parse(document.getElementById('config').textContent);

export const begin = (who, host) => {
  if (!config.texts.notices || !isSecureContext || !('serviceWorker' in navigator)) return;
  const button = document.createElement('button');
  const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  let opened = null;
  path.setAttribute('d', MARK);
  drawing.setAttribute('viewBox', '0 0 24 24');
  drawing.setAttribute('class', 'i');
  drawing.setAttribute('aria-hidden', 'true');
  drawing.append(path);
  button.type = 'button';
  button.className = 'tool';
  button.id = 'notices';
  button.title = config.texts.notices;
  button.setAttribute('aria-label', button.title);
  button.append(drawing);
  button.addEventListener('click', () => {
    opened = window.open(`/chat/${config.key}/push?locale=${config.locale}`, 'madang-push', 'popup,width=440,height=520');
  });
  document.getElementById('sound').before(button);
  addEventListener('message', async ({source, origin, data}) => {
    if (!opened || source !== opened || origin !== location.origin || !data || data.madang !== 'token?') return;
    opened.postMessage({madang: 'token', token: await who.ensure(), page: host.currentPage().url}, origin);
  });
};
