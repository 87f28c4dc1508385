// The service worker of the desk, and what the browser shows beside the page by it.
import {$, acts} from './acts.js';
import {toast} from './toast.js';

const words = $('bell')?.dataset ?? {};
const able = 'serviceWorker' in navigator && window.isSecureContext;

/** Whether this browser may show something beside the page: granted, denied, default, or '' where it cannot. */
export const allowed = () => able && 'Notification' in window ? Notification.permission : '';

/** The registration, null where there is none. */
export const registered = async () => (able ? await navigator.serviceWorker.getRegistration('/') ?? null : null);

/** Show one; a newer one of the same conversation takes its place. */
export async function raise({title, body, tag, url, id}) {
  const worker = allowed() === 'granted' && await registered();
  if (!worker) return;
  const [shown] = await worker.getNotifications({tag});
  if (shown?.data?.id >= id) return;
  const icon = document.querySelector('link[rel=apple-touch-icon]')?.href;
  await worker.showNotification(title, {body, tag, icon, silent: true, data: {url, id}});
}

/** Take down what is not open any more. */
export async function lower(tags) {
  const worker = await registered();
  for (const shown of await worker?.getNotifications?.() ?? []) if (!tags.includes(shown.tag)) shown.close();
}

// Once a browser: that the desk can be an app of its own. Asked only where the browser itself would install it.
function offer(event) {
  event.preventDefault();
  if (localStorage.getItem('madang-install')) return;
  localStorage.setItem('madang-install', 'asked');
  toast(words.install, {label: words.installing, act: () => event.prompt(), stay: false});
}

if (able && words.worker) {
  navigator.serviceWorker.register(words.worker, {scope: '/', updateViaCache: 'none'}).catch(() => {});
  navigator.serviceWorker.addEventListener('message', ({data}) => {
    const cid = Number(/^\/c\/(\d+)$/.exec(data?.open ?? '')?.[1]);
    if (cid && acts.show) acts.show(cid);
    else if (data?.open) location.assign(data.open);
  });
  addEventListener('beforeinstallprompt', offer);
}
