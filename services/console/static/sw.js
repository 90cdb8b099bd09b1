// One worker for three things: it shows what is pushed, keeps the page to report on for when there is no signal, and
// sends what waited once there is. Opening what it shows is not answering. What waits lies in the browser's database
// (queue.js), so a newer worker loses none of it.
"use strict";

importScripts("/static/idb.js", "/static/queue.js");

const SHELL = ["/static/desk.css", "/static/plus-jakarta-sans.woff2", "/static/kentongan.svg", "/static/boxes.js", "/static/idb.js", "/static/queue.js", "/static/lapor.js", "/static/lapor-map.js", "/static/lapor.webmanifest"];
const PAGE = "/lapor";
const CACHE = `lapor ${SHELL.join(" ")}`; // addresses name their content: another content is another cache
const MAP = "/lapor/peta"; // kept once it was asked for; its address names its version
const MAPS = "lapor peta"; // apart from the rest: a newer page does not cost it
const PATIENCE = 4000; // milliseconds for a page on a bad line, before the kept one is shown

const FIRST = { title: "Kentongan", body: "Ada peringatan. Buka aplikasi." }; // a push must be shown, even one we cannot read
const GRAVE = [600, 200, 600, 200, 600];

self.addEventListener("install", (event) => event.waitUntil(keep().catch(() => {}).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forget().then(() => self.clients.claim())));
self.addEventListener("sync", (event) => { if (event.tag === "outbox") event.waitUntil(send()); });
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === PAGE && event.request.mode === "navigate") {
    event.respondWith(page(event.request));
    event.waitUntil(renew().catch(() => {}));
  }
  else if (url.pathname === MAP) event.respondWith(mapped(event.request));
  else if (SHELL.includes(url.pathname)) event.respondWith(kept(event.request));
});
self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
self.addEventListener("notificationclick", (event) => {
  const told = event.notification.data || {};
  event.notification.close();
  event.waitUntil(Promise.all([go(way(told, event.action)), tell(told, "read")]));
});

async function keep() {
  const cache = await caches.open(CACHE);
  const blank = new Request(PAGE, { credentials: "omit" }); // nobody's: a shared phone shows no name without a line
  await Promise.all([cache.add(blank), ...SHELL.map((name) => cache.add(name))]);
}

async function renew() { // once a day: its words and places may have changed
  const old = await caches.match(PAGE);
  if (!old || Date.now() - Date.parse(old.headers.get("date")) > 24 * 3600 * 1000) await keep();
}

async function forget() {
  for (const name of await caches.keys()) if (name !== CACHE && name !== MAPS) await caches.delete(name);
}

async function kept(request) {
  return await caches.match(request.url) || fetch(request);
}

async function mapped(request) {
  const cache = await caches.open(MAPS);
  const found = await cache.match(request.url);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) {
    for (const old of await cache.keys()) await cache.delete(old);
    await cache.put(request.url, answer.clone());
  }
  return answer;
}

async function page(request) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: control.signal });
    if (answer.status < 500) return answer;
  } catch { /* no line, or hardly any */ } finally { clearTimeout(timer); }
  return await caches.match(PAGE, { ignoreSearch: true }) || fetch(request);
}

async function send() {
  await self.outbox.flush();
  for (const one of await self.clients.matchAll()) one.postMessage("outbox");
  if ((await self.outbox.all()).some((one) => one.state === "waiting")) throw new Error("still waiting"); // the browser tries again
}

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
