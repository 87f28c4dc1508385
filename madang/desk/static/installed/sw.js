// The installed desk: notices that wake it, and a page for when no network is. It keeps our own versioned files and that
// page, never anything of anybody; the stream, the scripts' requests and every page come from the network as ever.
const store = `madang-${kept.version}`;

self.addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(store);
  await cache.addAll(kept.files);
  await cache.put('/offline', await fetch(kept.offline, {credentials: 'omit'}));
  await self.skipWaiting(); // files are kept by their digest: an older page finds its own on the server
})()));

self.addEventListener('activate', event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('madang-') && name !== store) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener('fetch', event => {
  const {request} = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (kept.files.includes(url.pathname)) event.respondWith(file(request));
  else if (request.mode === 'navigate' && !/^\/(chat|forms|board|f|go|hooks|api)\//.test(url.pathname)) event.respondWith(visit(request));
});

async function file(request) {
  return await caches.match(request, {cacheName: store}) ?? fetch(request);
}

async function visit(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const page = await caches.match('/offline', {cacheName: store});
    if (page) return page;
    throw error;
  }
}

self.addEventListener('push', event => {
  let said = {};
  try { said = event.data.json(); } catch { said = {}; }
  event.waitUntil(Promise.all([said.close ? down(said.open) : show(said), count(said.count)]));
});

// A push has to show something, or the browser shows words of its own. Where this browser has told it already, or a page
// of ours is before somebody's eyes, it is shown without a sound; what she tries out sounds.
async function show({title, body, tag = 'madang', url = '/', id, kind}) {
  const known = kind !== 'test' && await told(tag, id);
  const more = {body: body || '', tag, renotify: !known, silent: known, icon: kept.icon, badge: kept.badge};
  return self.registration.showNotification(title || kept.title, {...more, data: {url, id}});
}

async function told(tag, id) {
  const shown = await self.registration.getNotifications(tag === 'madang-many' ? {} : {tag});
  if (shown.some(one => one.data?.id >= id)) return true;
  const pages = await self.clients.matchAll({type: 'window', includeUncontrolled: true});
  return pages.some(one => one.focused && one.visibilityState === 'visible');
}

async function down(open = []) {
  for (const shown of await self.registration.getNotifications()) if (!open.includes(shown.tag)) shown.close();
}

const count = n => (n ? self.navigator.setAppBadge?.(n) : self.navigator.clearAppBadge?.())?.catch(() => {});

self.addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil(lead(new URL(event.notification.data?.url || '/', location.origin)));
});

async function lead(url) {
  if (url.origin !== location.origin) return undefined;
  const open = await self.clients.matchAll({type: 'window', includeUncontrolled: true});
  const desk = open.find(one => /^\/(c\/\d+)?$/.test(new URL(one.url).pathname)); // a page of settings may be half written
  if (!desk) return self.clients.openWindow(url.href);
  await desk.focus();
  return desk.postMessage({open: url.pathname});
}
