// Turns push on and off for the device in hand. Every word stands in the page; this only chooses which one is seen.
(() => {
  "use strict";
  const box = document.getElementById("perangkat");
  const form = document.getElementById("nyalakan");
  if (!box || !form) return;
  const device = navigator.userAgent;

  const LAST = "kentongan-device"; // what was found out the last time, shown until it is found out again

  function show(state) {
    box.querySelectorAll("[data-when]").forEach((one) => { one.hidden = one.dataset.when !== state; });
    form.hidden = !["off", "failed"].includes(state);
    form.querySelector("button").disabled = false;
  }

  function say(state) {
    box.style.minHeight = `${box.offsetHeight}px`; // what stands below does not jump up
    show(state);
    box.removeAttribute("aria-busy");
    remember(state);
  }

  function remember(state) {
    try { localStorage.setItem(LAST, state); } catch { /* a browser that keeps nothing */ }
  }

  function guess() {
    let last = null;
    try { last = localStorage.getItem(LAST); } catch { /* a browser that keeps nothing */ }
    if (Notification.permission === "denied") return "blocked";
    return ["on", "unsupported"].includes(last) ? last : "off";
  }

  function missing() {
    if (!window.isSecureContext) return "insecure";
    if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) return null;
    return /iPhone|iPad|iPod/.test(device) ? "iphone" : "unsupported";
  }

  function label() {
    const find = (pairs) => (pairs.find(([mark]) => device.includes(mark)) || ["", ""])[1];
    const browser = find([["Edg", "Edge"], ["OPR", "Opera"], ["SamsungBrowser", "Samsung Internet"], ["Firefox", "Firefox"], ["FxiOS", "Firefox"], ["CriOS", "Chrome"], ["Chrome", "Chrome"], ["Safari", "Safari"]]);
    const system = find([["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "Mac"], ["Linux", "Linux"]]);
    return [browser, system].filter(Boolean).join(", ");
  }

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const ours = (subscription) => !subscription.options.applicationServerKey || text(subscription.options.applicationServerKey) === box.dataset.key;

  async function rowOf(subscription) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
    const hex = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return document.querySelector(`[data-device="${hex}"]`);
  }

  async function look(registration) {
    await parsed; // the rows of this person's devices stand below
    if (Notification.permission === "denied") { say("blocked"); return; }
    const subscription = await registration.pushManager.getSubscription();
    const row = subscription && ours(subscription) ? await rowOf(subscription) : null;
    if (row) row.querySelector(".here").hidden = false;
    say(row && row.dataset.state === "live" ? "on" : "off");
    if (row) {
      const off = row.querySelector("form[action$='/mati']");
      off.addEventListener("submit", () => { subscription.unsubscribe(); });
    }
  }

  async function turnOn(registration) {
    if (await Notification.requestPermission() !== "granted") { say(Notification.permission === "denied" ? "blocked" : "off"); return; }
    const old = await registration.pushManager.getSubscription();
    if (old && !ours(old)) await old.unsubscribe(); // bound to a key that signs no more
    const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) });
    const told = new URLSearchParams({
      csrf: form.elements.csrf.value,
      endpoint: made.endpoint,
      p256dh: text(made.getKey("p256dh")),
      auth: text(made.getKey("auth")),
      label: label(),
    });
    const answer = await fetch(form.action, { method: "POST", credentials: "same-origin", body: told });
    if (answer.ok && answer.redirected) { remember("on"); location.assign(answer.url); }
    else { await made.unsubscribe(); say("failed"); }
  }

  const lacks = missing();
  if (lacks) { say(lacks); return; }
  show(guess()); // runs before anything below is painted
  form.querySelector("button").disabled = true;
  box.setAttribute("aria-busy", "true");
  const parsed = new Promise((done) => { if (document.readyState === "loading") addEventListener("DOMContentLoaded", done); else done(); });
  navigator.serviceWorker.register("/sw.js").then((registration) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      turnOn(registration).catch(() => say("failed"));
    });
    return look(registration);
  }).catch(() => say("unsupported"));
  navigator.serviceWorker.addEventListener("message", (event) => { if (event.data === "shown") setTimeout(() => location.reload(), 1500); }); // its row tells that it has arrived
})();
