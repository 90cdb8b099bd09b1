// Shows what is pushed, tells us that it has arrived, and leads to its page. It keeps nothing and answers nothing.
"use strict";

const FIRST = { title: "Kentongan", body: "Ada peringatan. Buka aplikasi." }; // a push must be shown, even one we cannot read
const GRAVE = [600, 200, 600, 200, 600];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
self.addEventListener("notificationclick", (event) => {
  const told = event.notification.data || {};
  event.notification.close();
  event.waitUntil(Promise.all([go(way(told, event.action)), tell(told, "read")]));
});

function read(data) {
  try { return { ...FIRST, ...data.json() }; } catch { return FIRST; }
}

async function show(told) {
  await self.registration.showNotification(told.title, {
    body: told.body,
    lang: told.lang,
    tag: told.id, // a second copy takes the place of the first
    data: told,
    icon: "/static/kentongan-192.png",
    badge: "/static/kentongan-badge.png",
    timestamp: Date.parse(told.at) || Date.now(),
    requireInteraction: told.stay === true,
    vibrate: told.stay === true ? GRAVE : [300],
    actions: told.answer ? [{ action: "answer", title: told.button }] : [],
  });
  await tell(told, "delivered");
  for (const page of await self.clients.matchAll()) page.postMessage("shown");
}

// A tap opens the incident; the notification's button, the page with the button. Where there are no such buttons
// (Safari, older Firefox), the page with the button leads to the incident too. Opening is not answering.
function way(told, action) {
  const buttons = "maxActions" in Notification && Notification.maxActions > 0;
  const wanted = (action === "answer" || !buttons) && told.answer ? told.answer : told.open;
  const url = new URL(wanted || "/", self.location.origin);
  return self.location.origin + url.pathname + url.search; // never anywhere else
}

async function go(url) {
  const windows = await self.clients.matchAll({ type: "window" });
  const there = windows.find((one) => one.url === url);
  return there ? there.focus() : self.clients.openWindow(url);
}

async function tell(told, state) {
  if (!told.proof) return;
  const body = JSON.stringify({ id: told.id, state, proof: told.proof });
  const how = { method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body };
  try { await fetch("/v1/inbound/webpush", how); } catch { /* without a line it is not told; the alert stands */ }
}
