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
