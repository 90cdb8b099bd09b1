// The desk works without this file; with it, what is on screen changes by itself.
(() => {
  "use strict";
  const pulse = document.getElementById("pulse");
  const file = document.querySelector("[data-incident]");
  const here = file ? file.dataset.incident : null;
  let waiting = null;
  let running = false;

  const busy = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")
    || [...part.querySelectorAll("textarea, input:not([type=hidden])")].some((field) => field.value !== field.defaultValue);

  const openOnes = (part) => [...part.querySelectorAll("details[open][data-key]")].map((one) => one.dataset.key);

  function replace(old, fresh) {
    if (busy(old)) return; // never take a half-written sitrep away
    const open = openOnes(old);
    const before = new Map([...old.querySelectorAll("[data-id]")].map((row) => [row.dataset.id, row.dataset.revision]));
    fresh.querySelectorAll("details[data-key]").forEach((one) => { one.open = open.includes(one.dataset.key); });
    old.replaceWith(fresh);
    if (!before.size) return;
    fresh.querySelectorAll("[data-id]").forEach((row) => {
      if (before.get(row.dataset.id) !== row.dataset.revision) row.classList.add("fresh");
    });
  }

  async function refresh() {
    waiting = null;
    if (running) { later(); return; }
    running = true;
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" }, credentials: "same-origin" });
      if (answer.redirected) { location.reload(); return; } // the session ended
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const fresh of page.querySelectorAll("[data-part]")) {
        const old = document.getElementById(fresh.id);
        if (old) replace(old, document.adoptNode(fresh));
      }
    } catch { /* the stream tells when the line is back */ } finally { running = false; }
  }

  function later() { if (!waiting) waiting = setTimeout(refresh, 400); }

  function say(on) {
    if (!pulse) return;
    pulse.hidden = false;
    pulse.classList.toggle("off", !on);
    pulse.querySelector("span").textContent = on ? pulse.dataset.on : pulse.dataset.off;
    pulse.title = on ? pulse.dataset.on : pulse.dataset.off;
  }

  if (document.querySelector("[data-part]") && "EventSource" in window) {
    let met = false;
    const line = new EventSource("/v1/events");
    line.addEventListener("hello", () => { say(true); if (met) later(); met = true; });
    line.addEventListener("reset", later);
    line.addEventListener("incident", (event) => {
      if (!here || JSON.parse(event.data).id === here) later();
    });
    line.onerror = () => say(false);
    if (!here) setInterval(later, 60000); // minutes of waiting go on even when nothing happens
    addEventListener("pagehide", () => line.close());
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  // Somebody of the institution really looks at it: a program that follows links runs no scripts.
  if (file && file.dataset.unseen) {
    fetch(`/peristiwa/${here}/dilihat`, { method: "POST", credentials: "same-origin", body: new URLSearchParams({ csrf: file.dataset.unseen }) });
  }

  document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("button");
    if (button && event.target.method === "post") setTimeout(() => { button.disabled = true; }, 0); // a double tap is one tap
  });
  addEventListener("pageshow", () => document.querySelectorAll("button[disabled]").forEach((one) => { one.disabled = false; }));
})();
