// A reader's own named filters, kept by this browser and for this reader: a name and what the address asks.
(() => {
  "use strict";
  const box = document.getElementById("saringan");
  if (!box) return;
  const KEPT = `kentongan.filters.${box.dataset.owner}`;
  const ASKS = ["antrean", "cari", "desa", "issue", "kecamatan", "level", "since", "state"]; // nothing else is kept or opened
  const MOST = 20;
  const list = box.querySelector("ul");
  const form = box.querySelector("form");
  box.querySelector("[data-plain]").hidden = true; // what to do without this file
  function asked(text) {
    const given = new URLSearchParams(text);
    const kept = new URLSearchParams();
    ASKS.forEach((name) => { if (given.get(name)) kept.set(name, given.get(name)); });
    return kept.toString();
  }
  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(KEPT) || "[]");
      return Array.isArray(found) ? found.filter((one) => one && typeof one.name === "string" && typeof one.query === "string" && asked(one.query)) : [];
    } catch { return []; }
  }
  function write(all) {
    try { localStorage.setItem(KEPT, JSON.stringify(all.slice(-MOST))); } catch { /* full or forbidden: the list says what is kept */ }
    show();
  }
  function show() {
    const all = read();
    const here = asked(location.search);
    list.replaceChildren(...all.map((one) => {
      const line = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: `/?${asked(one.query)}`, textContent: one.name });
      if (asked(one.query) === here) link.setAttribute("aria-current", "true");
      const gone = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: list.dataset.remove });
      gone.setAttribute("aria-label", `${list.dataset.remove}: ${one.name}`);
      gone.addEventListener("click", () => write(read().filter((other) => other.name !== one.name)));
      line.append(link, gone);
      return line;
    }));
    list.hidden = !all.length;
    form.hidden = !here;
    box.querySelector("[data-none]").hidden = all.length > 0 || !here;
    box.querySelector("[data-first]").hidden = Boolean(here);
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = form.elements.nama.value.trim();
    if (!name) return;
    write([...read().filter((one) => one.name !== name), { name, query: asked(location.search) }]);
    form.reset();
  });
  addEventListener("storage", (event) => { if (event.key === KEPT) show(); }); // another tab of the same reader
  show();
})();
