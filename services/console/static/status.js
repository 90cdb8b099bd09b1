// Adding to the own report works without this file. With it, what was written waits on the phone for a signal.
(() => {
  "use strict";
  const form = document.getElementById("kabar");
  const page = location.pathname;
  const panel = document.getElementById("tambah");
  const button = form.querySelector("button");
  let leaving = false;

  function say(text, good) {
    const box = document.getElementById("salah");
    box.className = good ? "ok" : "wrong";
    box.setAttribute("role", good ? "status" : "alert");
    box.textContent = text;
    box.hidden = !text;
    if (text) panel.open = true;
  }
  const mine = async () => (await outbox.all()).filter((one) => one.url === page);
  async function ask() { // the worker sends when the signal is back, also with this page closed
    try { const worker = await navigator.serviceWorker.ready; if (worker.sync) await worker.sync.register("outbox"); } catch { /* the page itself sends when it is opened */ }
  }
  // Show what became of what waited here: what has gone out leads to the page as it is now, what was refused comes back.
  async function settle(waited) {
    for (const item of await mine()) {
      if (item.state === "waiting") { say(form.dataset.saved, true); ask(); }
      if (item.state === "sent" && waited.includes(item.id) && !leaving) {
        leaving = true;
        location.assign(`${page}?${new URLSearchParams({ kabar: item.told.status.split("/").pop() })}`);
      }
      if (item.state === "refused") {
        await outbox.remove(item.id);
        form.elements.text.value = item.fields.text || "";
        form.elements.kind.value = item.fields.kind;
        form.elements.id.value = outbox.fresh(); // mended it is another report
        say(`${form.dataset.fault} ${item.why.map((one) => one.why).join("; ")}`, false);
      }
    }
  }
  async function again() {
    const waiting = (await mine()).filter((one) => one.state === "waiting").map((one) => one.id);
    await outbox.flush();
    await settle(waiting);
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true; // a double tap is one piece of news
    say("", true);
    const { csrf, id, ...fields } = Object.fromEntries(new FormData(form)); // the browser says whose page it is
    fields.made = new Date().toISOString();
    const under = id || outbox.fresh();
    try {
      await outbox.add({ id: under, kind: "report", url: page, fields, form: {} });
    } catch { // the phone keeps nothing (full, or not allowed): then it goes as without this file
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    form.elements.text.value = "";
    form.elements.id.value = outbox.fresh();
    await outbox.flush();
    await settle([under]);
    button.disabled = false;
  });
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  setInterval(async () => { if ((await mine()).some((one) => one.state === "waiting")) again(); }, 20000); // on a line that is hardly there
  (async () => {
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.register("/sw.js").catch(() => {});
      navigator.serviceWorker.addEventListener("message", (event) => { if (event.data === "outbox") settle([]); });
    }
    await again();
    document.documentElement.dataset.ready = "";
  })();
})();
