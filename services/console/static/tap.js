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
  }
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-tap]");
    if (!form) return;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    const id = `${new URL(form.action).pathname} ${Date.now()}`;
    await outbox.add({ id, kind: "tap", url: form.action, fields });
    await outbox.flush();
    await settle();
  });
  async function settle() {
    for (const item of (await outbox.all()).filter((one) => one.kind === "tap")) {
      if (item.state === "waiting") { say(box().dataset.kept); ask(); continue; }
      await outbox.remove(item.id);
      if (item.state === "refused") { say(item.why.map((one) => one.why).join("; "), false); continue; }
      const act = new URL(item.url).pathname.split("/");
      if (location.pathname === `/p/${act[2]}`) location.assign(`/p/${act[2]}?pesan=${act[3]}`);
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
  again();
})();
