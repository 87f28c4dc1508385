// Shows what the house has sealed for this browser, and leads back to the page where the chat stands.
self.addEventListener('push', (event) => {
  let said = {};
  try { said = event.data.json(); } catch (error) { said = {}; }
  event.waitUntil(self.registration.showNotification(said.title || '', {
    body: said.body || '', tag: said.tag || 'madang', renotify: true, data: {url: said.url || ''},
  }));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const url = event.notification.data && event.notification.data.url;
  event.waitUntil(self.clients.openWindow(url || self.registration.scope + 'frame'));
});
