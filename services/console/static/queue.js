// What waits for a signal: reports and taps, kept on the phone until the server has promised them. The page and the
// worker both run this; a lock keeps them from sending the same thing at once, and its id makes a second time harmless.
"use strict";
(() => {
  const scope = globalThis;
  const opened = () => scope.idb.openDB("kentongan", 1, {
    upgrade(db) { db.createObjectStore("outbox", { keyPath: "id" }); },
  });
  const FOREVER = new Set([400, 403, 404, 409, 410, 413, 415, 422]); // sending it again unchanged will not help

  async function all() {
    const db = await opened();
    const found = await db.getAll("outbox");
    db.close();
    return found.sort((one, other) => one.made.localeCompare(other.made));
  }
  async function one(id) {
    const db = await opened();
    const found = await db.get("outbox", id);
    db.close();
    return found;
  }
  async function change(id, facts) {
    const db = await opened();
    const tx = db.transaction("outbox", "readwrite");
    const old = await tx.store.get(id);
    if (old) await tx.store.put({ ...old, ...facts });
    await tx.done;
    db.close();
  }
  async function add(item) {
    const db = await opened();
    await db.put("outbox", { state: "waiting", photos: [], made: new Date().toISOString(), language: document.documentElement.lang, ...item });
    db.close();
  }
  async function remove(id) { const db = await opened(); await db.delete("outbox", id); db.close(); }
  async function erase() { const db = await opened(); await db.clear("outbox"); db.close(); }

  async function problem(answer) {
    try { return await answer.json(); } catch { return { status: answer.status }; }
  }
  async function sendReport(item) {
    const fields = { ...item.fields, id: item.id };
    const names = [...(item.names || [])];
    for (const photo of item.photos.slice(names.length)) {
      const kept = await fetch("/v1/attachments", { method: "POST", credentials: "same-origin", headers: { "Content-Type": photo.type, "Accept-Language": item.language || "id" }, body: photo });
      if (!kept.ok) return kept;
      names.push((await kept.json()).id);
      await change(item.id, { names }); // what has arrived is not sent twice
    }
    if (names.length) fields.attachments = names.join(",");
    return fetch(item.url || "/lapor", { method: "POST", credentials: "same-origin", headers: { accept: "application/json" }, body: new URLSearchParams(fields) });
  }
  const sendTap = (item) => fetch(item.url, { method: "POST", credentials: "same-origin", headers: { accept: "application/json" }, body: new URLSearchParams(item.fields) });

  async function sendOne(item) {
    const answer = await (item.kind === "tap" ? sendTap(item) : sendReport(item));
    if (answer.ok) {
      const told = item.kind === "tap" ? {} : await answer.json();
      await change(item.id, { state: "sent", photos: [], fields: {}, form: {}, told, sent: new Date().toISOString() });
      return true;
    }
    // The session in which it was tapped has ended, or is another person's: it waits until its page is open in one of
    // its own person (tap.js), and nothing that somebody else tapped meanwhile waits behind it.
    const why = await problem(answer);
    if (item.kind === "tap" && (answer.status === 401 || why.code === "other_session")) { await change(item.id, { ended: true }); return Boolean(item.who); }
    if (FOREVER.has(answer.status)) {
      // A photograph that was removed meanwhile is sent once more; the text is not lost for it.
      if (answer.status === 422 && item.names && !item.again) { await change(item.id, { names: [], again: true }); return true; }
      await change(item.id, { state: "refused", why: why.errors || [{ field: "", why: why.detail || why.title || String(answer.status) }] });
      return true;
    }
    return false; // 401, 429, 5xx: it waits
  }
  async function flush() {
    const work = async () => {
      for (const { id } of (await all()).filter((item) => item.state === "waiting" && !(item.ended && item.who))) {
        const item = await one(id); // it may have been erased while another was under way
        if (item && !(await sendOne(item))) return;
      }
    };
    try {
      if (scope.navigator.locks) await scope.navigator.locks.request("kentongan-outbox", work); else await work();
    } catch { /* no line: it waits */ }
  }
  const fresh = () => (crypto.randomUUID ? crypto.randomUUID() : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (sign) => (sign ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (sign / 4)))).toString(16)));
  scope.outbox = { all, add, remove, change, erase, flush, fresh };
})();
