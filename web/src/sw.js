// The service worker: the page's files, kept on the phone, so that it opens without a line. build.py
// writes their names and the version; a new version replaces the old one as a whole. Answers of the
// API are not its matter (lib/kept.js).
const VERSION = "/* version */";
const FILES = ["/* files */"];
const CACHE = `page-${VERSION}`;
const FRESH = "/config.json"; // asked each time, kept for when there is no line

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clear());
});

async function fresh(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (pathname === FRESH) event.respondWith(fresh(event.request));
  else if (FILES.includes(pathname)) {
    event.respondWith(caches.open(CACHE).then((cache) => cache.match(pathname)).then((kept) => kept ?? fetch(event.request)));
  }
});

// A notice (lambdas/notify/phones.py): always shown, in the form that browsers show themselves
// (Declarative Web Push). What was shown is confirmed, so that no mail need follow.
self.addEventListener("push", (event) => {
  const show = async () => {
    const said = read(event.data);
    const { title, navigate, ...how } = said;
    await self.registration.showNotification(title, { ...how, icon: "/icon-192.png", data: { ...how.data, navigate } });
    const receipt = how.data?.receipt;
    if (receipt) await fetch(`/api/notices/receipts/${encodeURIComponent(receipt)}`, { method: "POST" }).catch(() => {});
  };
  event.waitUntil(show());
});

/** What a push says; whatever it is, something is shown: browsers revoke who shows nothing. */
function read(data) {
  try {
    const { notification } = data.json();
    if (typeof notification.title === "string") return notification;
  } catch {
    // not of our form
  }
  return { title: "みまもり", body: "お知らせがあります。", navigate: "/" };
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const open = async () => {
    const to = new URL(event.notification.data?.navigate ?? "/", location.origin);
    const place = `${location.origin}/${to.hash}`; // the page's own, whatever its name in mails is
    for (const client of await self.clients.matchAll({ type: "window" })) {
      const moved = await client.navigate(place).catch(() => null);
      if (moved) return moved.focus();
    }
    return self.clients.openWindow(place);
  };
  event.waitUntil(open());
});
