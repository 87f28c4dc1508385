// The window in which notices are allowed. Nothing is asked of the browser before a press.
const config = JSON.parse(document.getElementById('config').textContent);
const allow = document.getElementById('allow');
const stop = document.getElementById('stop');
const base = '/chat/' + config.key;
let token = '';
let page = '';

const say = (name) => { document.getElementById('said').textContent = config.texts[name] || ''; };
const able = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
const show = (on) => {
  allow.hidden = on;
  stop.hidden = !on;
};
const call = (method, subscription) => fetch(base + '/push', {
  method, credentials: 'omit',
  headers: {authorization: 'Bearer ' + token, 'content-type': 'application/json'},
  body: JSON.stringify({endpoint: subscription.endpoint, keys: subscription.toJSON().keys, language: document.documentElement.lang, page}),
}).then((answer) => { if (!answer.ok) throw new Error(answer.status); });
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
const ready = () => navigator.serviceWorker.register(base + '/sw.js', {scope: base + '/'});

const begin = async () => {
  if (await Notification.requestPermission() !== 'granted') return say('refused');
  const registration = await ready();
  const old = await registration.pushManager.getSubscription();
  const made = old || await registration.pushManager.subscribe({userVisibleOnly: true, applicationServerKey: bytes(config.server)});
  await call('POST', made);
  show(true);
  return say('on');
};
const end = async () => {
  const made = await (await ready()).pushManager.getSubscription();
  if (made) {
    await call('DELETE', made);
    await made.unsubscribe();
  }
  show(false);
  return say('off');
};
const press = (work) => async () => {
  allow.disabled = stop.disabled = true;
  try { await work(); } catch (error) { say('failed'); }
  allow.disabled = stop.disabled = false;
};

allow.addEventListener('click', press(begin));
stop.addEventListener('click', press(end));
window.addEventListener('message', async ({origin, source, data}) => {
  if (origin !== location.origin || source !== window.opener || !data || data.madang !== 'token' || token) return;
  token = String(data.token);
  page = String(data.page || '');
  say('');
  allow.disabled = false;
  const known = Notification.permission === 'granted' && await navigator.serviceWorker.getRegistration(base + '/');
  if (known) show(Boolean(await known.pushManager.getSubscription()));
});
if (!able) say('unable');
else if (!window.opener) say('alone');
else window.opener.postMessage({madang: 'token?'}, location.origin);
