// A tap is answered at once, also without a signal: then it waits on the phone and goes by itself.
(() => {
  "use strict";
  const box = () => document.getElementById("berkas");
  function say(text, good = true) {
    let said = document.querySelector(".said, .wrong");
    if (!said) { said = document.createElement("p"); box().before(said); }
    said.className = good ? "said" : "wrong";
    said.setAttribute("role", good ? "status" : "alert");
    said.textContent = text;
    if (!good) said.scrollIntoView({ block: "center" }); // its form may stand screens below
  }
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-tap]");
    if (!form) return;
    event.preventDefault();
    const button = event.submitter || form.querySelector("button");
    button.disabled = true; // a double tap is one tap, also while it waits
    const { csrf, ...fields } = Object.fromEntries(new FormData(form));
    const id = [new URL(form.action).pathname, ...Object.values(fields)].join(" ");
    try {
      await outbox.add({ id, kind: "tap", who: box().dataset.who, url: form.action, fields: { csrf, ...fields } });
    } catch { // the phone keeps nothing (full, or not allowed): then it goes as without this file
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    await outbox.flush();
    button.disabled = await settle();
  });
  async function settle() { // true: it is done, and the next page is under way
    let done = false;
    for (const item of (await outbox.all()).filter(mine)) {
      if (item.state === "waiting" && item.ended && item.who) { location.assign(`/masuk?${new URLSearchParams({ ke: location.pathname })}`); return true; }
      if (item.state === "waiting") { say(box().dataset.kept); ask(); continue; }
      await outbox.remove(item.id);
      if (item.state === "refused") { say(item.why.map((one) => one.why).join("; "), false); continue; }
      const act = new URL(item.url).pathname.split("/");
      if ("back" in box().dataset) { done = true; location.assign(`/?${new URLSearchParams({ baru: act[2], pesan: act[3] })}`); }
      if (location.pathname === `/p/${act[2]}`) { done = true; location.assign(`/p/${act[2]}?pesan=${act[3]}`); }
    }
    return done;
  }
  // What somebody tapped goes out in his own session alone: another one of his takes it up, another person's never.
  const mine = (item) => item.kind === "tap" && (!item.who || item.who === box().dataset.who);
  async function takeUp() {
    const token = document.querySelector("input[name=csrf]");
    for (const item of (await outbox.all()).filter((one) => one.state === "waiting" && one.who && mine(one))) {
      if (token && (item.ended || item.fields.csrf !== token.value)) await outbox.change(item.id, { ended: false, fields: { ...item.fields, csrf: token.value } });
    }
  }
  async function ask() {
    try { const worker = await navigator.serviceWorker.ready; if (worker.sync) await worker.sync.register("outbox"); } catch { /* this page sends when it is opened again */ }
  }
  const again = async () => { await outbox.flush(); await settle(); };
  addEventListener("online", again);
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/sw.js").catch(() => {});
    navigator.serviceWorker.addEventListener("message", (event) => { if (event.data === "outbox") settle(); });
  }
  takeUp().catch(() => {}).then(again);
})();
