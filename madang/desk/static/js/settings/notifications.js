// What this browser may do for her: allowed by a press, tried out, turned off.
import {$, acts} from '../parts/acts.js';
import {ask, complain} from '../parts/http.js';
import {toast} from '../parts/toast.js';
import {chime} from '../parts/chime.js';
import {allowed, raise, registered} from '../parts/desktop.js';

const box = $('here');
const said = box.dataset;
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), one => one.charCodeAt(0));
const able = () => 'PushManager' in window && allowed() !== '';
const subscribed = async () => (await registered())?.pushManager?.getSubscription() ?? null;

async function draw() {
  const now = allowed();
  $('desktop-state').textContent = said[now || 'unable'];
  $('desktop-allow').hidden = now !== 'default';
  const on = able() && now === 'granted' && await subscribed();
  $('push-state').textContent = !able() ? said.unable : now === 'denied' ? said.denied : on ? said.pushed : said.unpushed;
  $('push-on').hidden = !able() || now === 'denied' || Boolean(on);
  $('push-off').hidden = !on;
}

const press = work => async button => {
  button.ariaDisabled = 'true'; // it keeps the focus
  try {
    await work(button);
  } catch (error) {
    if (error.status === undefined) toast(said.failed, {tone: 'bad'});
    else complain(error);
  }
  button.ariaDisabled = null;
  draw();
};

acts['allow-desktop'] = press(() => Notification.requestPermission());
acts['push-on'] = press(async () => {
  if (await Notification.requestPermission() !== 'granted') return;
  const worker = await navigator.serviceWorker.ready;
  const made = await worker.pushManager.getSubscription()
    ?? await worker.pushManager.subscribe({userVisibleOnly: true, applicationServerKey: bytes(said.pushServer)});
  await ask('POST', '/notifications/browsers', {endpoint: made.endpoint, ...made.toJSON().keys});
  location.reload();
});
acts['push-off'] = press(async () => {
  const made = await subscribed();
  await ask('POST', '/notifications/browsers/end', {endpoint: made.endpoint});
  await made.unsubscribe();
  location.reload();
});
acts['try-way'] = press(async button => {
  await ask('POST', `/settings/notifications/test/${button.dataset.way}`);
  document.dispatchEvent(new CustomEvent('desk:bell')); // this page has no stream that would tell
  toast(said.sent);
});
acts['try-sound'] = () => chime([{sound: true, kind: 'mine'}], Number($('f-volume').value));
acts['try-desktop'] = press(async () => {
  if (await Notification.requestPermission() === 'granted') await raise({title: 'Madang', body: said.granted, tag: 'madang-try', url: location.pathname, id: Date.now()});
});

// What is off in the app is off everywhere.
function follow(lead) {
  for (const other of lead.closest('tr').querySelectorAll('input:not([data-leads])')) other.disabled = !lead.checked;
}
for (const lead of document.querySelectorAll('[data-leads]')) {
  follow(lead);
  lead.addEventListener('change', () => follow(lead));
}
draw();
