// The page to report on works without this file. With it: three steps, a draft kept at every keystroke, a queue that
// sends by itself, what was read from the text, the phone's place, photographs made small before they travel.
(() => {
  "use strict";
  const form = document.getElementById("lapor");
  const say = JSON.parse(form.dataset.words);
  const by = (id) => document.getElementById(id);
  const field = (name) => (name === "anonymous" ? by(name) : form.elements[name]); // a button has that name too
  const KEPT = form.dataset.draft.split(" "); // fields of a draft
  const EDGE = 1600; // pixels of a photograph's longer side
  let photos = [];
  let readText = "";

  function make(tag, facts = {}, ...children) {
    const one = document.createElement(tag);
    Object.entries(facts).forEach(([name, value]) => { if (name in one) one[name] = value; else one.setAttribute(name, value); });
    one.append(...children);
    return one;
  }

  // -- three steps
  const steps = [1, 2, 3].map((number) => by(`langkah-${number}`));
  function go(number, focus = true) {
    if (number > 1 && !field("text").value.trim()) { complain(say.need_text); number = 1; field("text").focus(); }
    else if (number > 1 && unfit()) { complain(""); number = 1; field("fits").focus(); }
    else if (number > 2 && several()) {
      go(2, false);
      complain(say.which_text);
      by("yang-mana").scrollIntoView({ block: "center" });
      by("yang-mana").querySelector("input").focus({ preventScroll: true });
      return 2;
    } else complain("");
    steps.forEach((step, at) => { step.hidden = at + 1 !== number; });
    document.querySelectorAll(".stepper button").forEach((one) => {
      if (Number(one.dataset.step) === number) one.setAttribute("aria-current", "step"); else one.removeAttribute("aria-current");
    });
    if (focus) { scrollTo(0, 0); const first = steps[number - 1].querySelector("textarea, input:not([type=radio]):not([type=hidden]), button"); if (first && number > 1) first.focus({ preventScroll: true }); }
    return number;
  }
  function complain(said) {
    let box = by("salah");
    if (!said) { if (box) box.remove(); return; }
    if (!box) { box = make("div", { id: "salah", className: "wrong", role: "alert" }); form.before(box); }
    box.textContent = said;
  }
  document.querySelector(".stepper").hidden = false;
  form.querySelectorAll("[data-step]").forEach((one) => { one.hidden = false; one.addEventListener("click", () => go(Number(one.dataset.step))); });

  // -- a text longer than a report may be: nothing of it is left out without being asked for
  const MOST = Number(field("text").dataset.most);
  const signs = () => [...field("text").value.trim()]; // as the door counts them
  const unfit = () => signs().length > MOST && !field("fits").checked;
  function measure() {
    const long = signs().length;
    const spoken = (number) => number.toLocaleString(document.documentElement.lang);
    by("kepanjangan").hidden = long <= MOST;
    if (long <= MOST) field("fits").checked = false; // said of this text, not of the next one
    by("panjang").textContent = long > MOST ? say.too_long.replace("{n}", spoken(long)).replace("{most}", spoken(MOST)) : "";
  }
  field("text").addEventListener("input", measure);

  // -- the draft
  const values = () => Object.fromEntries(KEPT.map((name) => {
    const one = field(name);
    return [name, one instanceof RadioNodeList ? one.value : one.type === "checkbox" ? (one.checked ? one.value : "") : one.value];
  }));
  function fill(kept) {
    KEPT.forEach((name) => {
      const one = field(name);
      if (one.type === "checkbox") one.checked = Boolean(kept[name]); else one.value = kept[name] || "";
    });
    measure();
  }
  const DRAFT = "lapor";
  function drafted() { try { return JSON.parse(localStorage.getItem(DRAFT)); } catch { return null; } }
  function keep() { // at once, not when there is time: the tab may be gone at the next moment
    const now = { ...values(), id: field("id").value, read: was, checks };
    try { localStorage.setItem(DRAFT, JSON.stringify(now)); } catch { return; }
    const box = by("draf");
    box.hidden = !now.text;
    box.textContent = say.draft;
  }
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);

  // -- what was read from the text, and what the reporter says of it: right, not so, or nothing
  const COUNTED = form.dataset.counted.split(" "); // facts that are numbers, and have a field of their own
  let was = {}; // what was read last
  let checks = {}; // by code of what was read: {right, number}
  let pause = null;
  async function read() {
    const text = field("text").value.trim();
    if (text.length < 12 || text === readText) return;
    readText = text;
    try {
      const answer = await fetch("/lapor/baca", { method: "POST", credentials: "same-origin", body: new URLSearchParams({ text }) });
      const found = answer.ok && await answer.json();
      if (found && text === readText) show(found); // an answer that comes late tells of another text
    } catch { /* without a line nothing is read back; triage will */ }
  }
  function show(found) {
    const box = by("terbaca");
    const places = found.places || [];
    const facts = found.facts || [];
    was = found;
    checks = Object.fromEntries(Object.entries(checks).filter(([code]) => code === found.place || (found.codes || []).includes(code)));
    box.hidden = !(places.length || facts.length);
    const list = make("dl");
    if (places.length) {
      const buttons = places.map((label) => {
        const used = field("where").value === label;
        const one = make("button", { type: "button", className: `button${used ? " used" : ""}` }, used ? `✓ ${label}` : label);
        one.addEventListener("click", () => { delete checks[found.place]; field("where").value = label; keep(); show(found); which(); });
        return one;
      });
      const not = make("button", { type: "button", className: `button${checks[found.place] ? " off" : ""}`, "aria-pressed": String(Boolean(checks[found.place])) }, places.length > 1 ? say.none_of_these : say.wrong);
      not.addEventListener("click", () => {
        if (checks[found.place]) delete checks[found.place]; else checks[found.place] = { right: false };
        if (places.includes(field("where").value)) field("where").value = "";
        keep(); show(found);
        by("terbaca").querySelector("[aria-pressed]").focus(); // it was made anew
      });
      list.append(make("div", {}, make("dt", {}, places.length > 1 ? say.which : say["read.place"]), make("dd", {}, ...buttons, not)));
    }
    facts.forEach(([name, value], at) => list.append(row(found.codes[at], name, value, at)));
    box.replaceChildren(make("h2", {}, say.read), list, make("p", { className: "note" }, say.read_hint));
  }
  function row(code, name, value, at) {
    const [kind] = code.split(":");
    const number = make("input", { type: "number", min: 0, max: 1000000, step: 1, inputMode: "numeric", value: (checks[code] || {}).number || "" });
    const asked = make("label", { className: "how-many", hidden: true }, say.how_many, number);
    const mark = () => { asked.hidden = (checks[code] || {}).right !== false; };
    const choice = [[true, say.right], [false, say.wrong]].map(([right, word]) => {
      const one = make("input", { type: "radio", name: `cek-${at}`, checked: (checks[code] || {}).right === right });
      one.setAttribute("form", ""); // no field of the report by itself
      one.addEventListener("change", () => { checks[code] = { right }; number.value = ""; mark(); keep(); });
      return make("label", {}, one, make("span", {}, word));
    });
    number.addEventListener("input", () => { checks[code] = { right: false, number: number.value }; });
    mark();
    const group = make("div", { className: "choice", role: "radiogroup", "aria-label": `${name}: ${value}` }, ...choice);
    return make("div", { className: "fact" }, make("dt", {}, name), make("dd", {}, make("span", { className: "was-read" }, value), group, ...(COUNTED.includes(kind) ? [asked] : [])));
  }
  // Give what the reporter said as fields: a number or the time where there is a field for it, else the fact's code.
  function checked() {
    const said = {};
    const right = [];
    const not = [];
    Object.entries(checks).forEach(([code, one]) => {
      const [kind, value] = [code.slice(0, code.indexOf(":")), code.slice(code.indexOf(":") + 1)];
      (one.right ? right : not).push(code);
      if (COUNTED.includes(kind) && one.right && /^\d+$/.test(value)) said[kind] = value;
      if (COUNTED.includes(kind) && one.number) said[kind] = one.number;
      if (kind === "time" && one.right && !field("when").value) said.made = value;
    });
    return { ...said, right: right.join(" "), not: not.join(" ") };
  }
  field("text").addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(read, 700); });

  // -- where
  const options = [...by("tempat").options];
  const bare = (text) => text.toLowerCase().trim().replace(/\s+/g, " ").replace(/^(desa|ds\.?|kelurahan|kel\.?) /, "");
  function radios(box, name, labels, chosen) {
    box.querySelectorAll("label").forEach((one) => one.remove());
    labels.forEach((label) => {
      const input = make("input", { type: "radio", name, value: label, checked: label === chosen });
      input.addEventListener("change", () => { field("where").value = label; keep(); which(); });
      box.append(make("label", {}, input, make("span", {}, label)));
    });
    box.hidden = !labels.length;
  }
  function which() {
    const wanted = bare(field("where").value);
    const exact = options.some((one) => bare(one.value) === wanted);
    const like = wanted && !exact ? options.filter((one) => bare(one.value.split(",")[0]).replace(/^kec\. /, "") === wanted).map((one) => one.value) : [];
    radios(by("yang-mana"), "mana", like.length > 1 ? like : [], "");
    if (like.length === 1) field("where").value = like[0];
  }
  field("where").addEventListener("change", which);
  // A name that several places have is asked about here: sent as it is, it would be refused, perhaps with nobody looking.
  function several() { which(); return !by("yang-mana").hidden; }

  const gps = by("gps");
  let asked = 0; // for the phone's place; one that comes late belongs to no other report
  function tell(said) { const box = by("gps-said"); box.hidden = !said; box.textContent = said; }
  function near(lat, lon) {
    return options.filter((one) => one.dataset.at).map((one) => {
      const [north, east] = one.dataset.at.split(",").map(Number);
      return [Math.max(Math.abs(north - lat), Math.abs(east - lon)), one.value];
    }).sort((one, other) => one[0] - other[0]).filter(([far]) => far < 0.05).slice(0, 3).map(([, label]) => label);
  }
  if (!("geolocation" in navigator) || !isSecureContext) gps.hidden = true;
  else {
    gps.hidden = false;
    gps.addEventListener("click", () => {
      const mine = ++asked;
      tell(say.gps_wait);
      navigator.geolocation.getCurrentPosition((found) => {
        if (mine !== asked) return;
        const { latitude, longitude, accuracy } = found.coords;
        field("lat").value = latitude; field("lon").value = longitude; field("accuracy").value = Math.round(accuracy);
        const labels = near(latitude, longitude);
        const box = by("dekat");
        box.replaceChildren(make("legend", {}, say.gps_near));
        radios(box, "dekat", labels, field("where").value);
        tell(say.gps_have);
        keep();
      }, () => { if (mine === asked) tell(say.gps_failed); }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
    });
  }

  // -- the map, loaded when it is asked for; what is touched is filed as a place of the list is
  const opener = by("peta-buka");
  const panel = by("peta");
  let map = null;
  const loaded = (src) => new Promise((done, failed) => document.head.append(make("script", { src, onload: done, onerror: failed })));
  function chart(said, place = "") { by("peta-kata").textContent = say[said].replace("{place}", place); }
  function put(label, near) {
    field("where").value = label;
    which();
    radios(by("peta-dekat"), "peta-dekat", near, label);
    by("peta-dekat").querySelectorAll("input").forEach((one) => one.addEventListener("change", () => { map.choose(one.value); chart("map_taken", one.value); }));
    by("peta-semua").hidden = false;
    chart(near.length ? "map_taken" : "map_desa", label);
    keep();
  }
  function whole() {
    if (map) map.whole();
    by("peta-semua").hidden = true;
    by("peta-dekat").hidden = true;
    chart("map_kecamatan");
  }
  if (opener) {
    opener.hidden = false;
    by("peta-semua").addEventListener("click", () => { whole(); opener.focus(); });
    const straight = by("peta-langsung"); // from the text to the map: a tap less
    straight.hidden = false;
    straight.addEventListener("click", () => {
      if (go(2) !== 2) return;
      opener.focus({ preventScroll: true });
      if (panel.hidden) open(); else panel.scrollIntoView({ block: "nearest" });
    });
    const open = async () => {
      panel.hidden = !panel.hidden;
      opener.setAttribute("aria-expanded", String(!panel.hidden));
      if (panel.hidden || map) return;
      try {
        const [answer] = await Promise.all([fetch(form.dataset.map, { credentials: "same-origin" }), globalThis.tapMap || loaded(form.dataset.mapScript)]);
        if (!answer.ok) throw new Error(answer.status);
        map = map || globalThis.tapMap(panel.querySelector("svg"), await answer.json(), put);
        whole();
        panel.scrollIntoView({ block: "nearest" });
      } catch { chart("map_failed"); }
    };
    opener.addEventListener("click", open);
  }
  function shut() { if (opener) { panel.hidden = true; opener.setAttribute("aria-expanded", "false"); whole(); } }

  // -- photographs
  async function small(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const factor = Math.min(1, EDGE / Math.max(picture.width, picture.height));
      const canvas = make("canvas", { width: Math.round(picture.width * factor), height: Math.round(picture.height * factor) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      return await new Promise((done) => canvas.toBlob((blob) => done(blob || file), "image/jpeg", 0.8)); // drawn anew: no metadata leaves the phone
    } catch { return file; } // the server decides
  }
  function shots() {
    by("foto").replaceChildren(...photos.map((photo, at) => {
      const address = URL.createObjectURL(photo);
      const picture = make("img", { src: address, alt: "", width: 72, height: 72 });
      picture.addEventListener("load", () => URL.revokeObjectURL(address));
      const off = make("button", { type: "button", className: "button", "aria-label": say.photo_remove.replace("{n}", at + 1) }, "✕");
      off.addEventListener("click", () => { photos.splice(at, 1); shots(); });
      return make("li", {}, picture, off);
    }));
  }
  let shrinking = Promise.resolve(); // a report waits for its photographs
  field("photo").addEventListener("change", () => {
    const files = [...field("photo").files];
    const into = photos; // of the report in hand: the next one has its own
    field("photo").value = "";
    shrinking = shrinking.then(async () => {
      for (const file of files.slice(0, Math.max(0, Number(form.dataset.photos) - into.length))) into.push(await small(file));
      if (into === photos) shots();
    });
  });

  // -- sending
  function moment(now) {
    const when = field("when").value;
    if (when === "now") return now.toISOString();
    const [hour, minute] = field("time").value.split(":").map(Number);
    if (when !== "at" || Number.isNaN(minute ?? NaN)) return "";
    const at = new Date(now);
    at.setHours(hour, minute, 0, 0);
    if (at > now) at.setDate(at.getDate() - 1);
    return at.toISOString();
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!field("text").value.trim() || unfit() || several()) { go(3); return; }
    if (field("fits").checked) field("text").value = signs().slice(0, MOST).join("");
    if (event.submitter && event.submitter.name === "anonymous") field("anonymous").checked = true; // and stays so, should it come back to be mended
    const buttons = [...form.querySelectorAll(".send, .nameless")];
    const sending = (under) => buttons.forEach((one) => { one.disabled = under; });
    sending(true);
    await shrinking;
    const { when, time, ...fields } = { ...values(), ...checked() };
    const made = moment(new Date());
    if (made) fields.made = made;
    const id = field("id").value || outbox.fresh();
    try {
      await outbox.add({ id, kind: "report", fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value)), photos, again: false, form: { when, time, read: was, checks } });
    } catch { // the phone keeps nothing (full, or not allowed): then it goes as without this file, where there is a line
      sending(false);
      Object.entries(checked()).forEach(([name, value]) => form.append(make("input", { type: "hidden", name, value })));
      if (navigator.onLine) HTMLFormElement.prototype.submit.call(form);
      return;
    }
    localStorage.removeItem(DRAFT);
    clean();
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    const state = await settled(id);
    sending(false);
    if (state === "waiting") ask();
    done(id);
  });
  async function settled(id) {
    await outbox.flush();
    await list();
    const item = (await outbox.all()).find((one) => one.id === id);
    return item ? item.state : "gone";
  }
  function clean() {
    asked += 1;
    form.reset(); measure(); photos = []; shots(); readText = ""; was = {}; checks = {}; shut(); by("terbaca").hidden = true; by("dekat").hidden = true; by("yang-mana").hidden = true; by("draf").hidden = true; tell("");
    ["lat", "lon", "accuracy"].forEach((name) => { field(name).value = ""; });
    field("id").value = outbox.fresh();
  }
  async function done(id) {
    const item = (await outbox.all()).find((one) => one.id === id);
    if (!item) return;
    if (item.state === "refused") { mend(item); return; }
    const box = by("selesai");
    form.hidden = true;
    box.hidden = false;
    box.replaceChildren(...card(item));
    const more = make("button", { type: "button", className: "button wide" }, say.another);
    more.addEventListener("click", () => { box.hidden = true; form.hidden = false; go(1); });
    box.append(more);
    box.focus();
    scrollTo(0, 0);
  }
  function card(item) {
    if (item.state !== "sent") return [make("h2", {}, say.saved), ...sms(item)];
    const { number, key, status } = item.told;
    const ticket = make("dl", { className: "ticket" }, make("div", {}, make("dt", {}, say["status.number"]), make("dd", {}, number)), make("div", {}, make("dt", {}, say["status.key"]), make("dd", {}, key)));
    return [make("p", { className: "ok", role: "status" }, say["status.receipt"]), ticket, make("img", { className: "qr", src: `${status}/qr.svg`, alt: "", width: 180, height: 180 }),
      make("p", { className: "note" }, say["status.keep"]), make("a", { className: "button wide", href: status }, say["status.look"])];
  }
  function sms(item) {
    if (item.kind !== "report" || item.url || !item.fields.text) return []; // an SMS would not say to which report it was added
    const text = [item.fields.where, item.fields.place, item.fields.text].filter(Boolean).join(". ");
    return [make("a", { className: "button", href: `sms:${form.dataset.sms}?body=${encodeURIComponent(text)}` }, say.sms)];
  }
  function mend(item) {
    const names = item.why.map((one) => `${say[`field.${one.field}`] || one.field || ""} ${one.why}`.trim()).join("; ");
    fill({ ...item.fields, ...item.form });
    checks = item.form.checks || {};
    show(item.form.read || {});
    photos = item.photos || [];
    shots();
    field("id").value = outbox.fresh(); // mended it is another report
    outbox.remove(item.id).then(list);
    by("selesai").hidden = true; form.hidden = false;
    const wrong = item.why.map((one) => form.elements[one.field]).find((one) => one instanceof HTMLElement);
    go(1 + Math.max(0, steps.findIndex((step) => step.contains(wrong || null))));
    complain(names);
    keep();
  }
  async function list() {
    const items = (await outbox.all()).filter((one) => one.kind === "report");
    const box = by("antrean");
    box.hidden = !items.length;
    const count = (state) => items.filter((one) => one.state === state).length;
    by("hitung").textContent = ["waiting", "sent", "refused"].filter((state) => count(state)).map((state) => say[state].replace("{n}", count(state))).join(" · ");
    box.classList.toggle("late", count("refused") > 0);
    box.querySelector("ul").replaceChildren(...items.reverse().map((item) => {
      const line = make("li", { className: item.state }, make("p", {}, make("b", {}, say[`is.${item.state}`]), " ", make("time", { dateTime: item.made }, new Date(item.made).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }))));
      if (item.fields.text) line.append(make("p", { className: "note" }, item.fields.text.slice(0, 90)));
      if (item.state === "sent") line.append(make("a", { className: "button", href: item.url || item.told.status }, `${say["status.number"]} ${item.told.number}`));
      if (item.state === "refused") { const one = make("button", { type: "button", className: "button" }, say.mend); one.addEventListener("click", () => { if (item.url) location.assign(item.url); else mend(item); }); line.append(make("p", {}, item.why.map((each) => `${say[`field.${each.field}`] || each.field} ${each.why}`.trim()).join("; ")), one); }
      if (item.state === "waiting") { const one = make("button", { type: "button", className: "button" }, say.try); one.addEventListener("click", () => outbox.flush().then(list)); line.append(one, ...sms(item)); }
      return line;
    }));
    return items;
  }
  async function ask() { // the worker sends when the signal is back, also with this page closed
    try { const worker = await navigator.serviceWorker.ready; if (worker.sync) await worker.sync.register("outbox"); } catch { /* the page itself sends when it is opened */ }
  }
  const again = async () => { await outbox.flush(); await list(); };
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  setInterval(async () => { if ((await outbox.all()).some((one) => one.state === "waiting")) again(); }, 20000);

  // -- nothing happened: without a line that is said here, and the page stays
  const quiet = document.querySelector("form[action='/lapor/nihil']");
  if (quiet) quiet.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = quiet.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(quiet.action, { method: "POST", credentials: "same-origin", body: new URLSearchParams(new FormData(quiet)) });
      if (answer.redirected) location.assign(answer.url); else HTMLFormElement.prototype.submit.call(quiet); // its number makes a second time harmless
    } catch { complain(say.nil_unsent); button.disabled = false; }
  });

  // -- leaving nothing behind
  by("hapus").addEventListener("submit", async (event) => {
    event.preventDefault();
    const waiting = (await outbox.all()).some((one) => one.state === "waiting");
    if (waiting && !confirm(say.erase_wait)) return;
    await outbox.erase();
    localStorage.removeItem(DRAFT);
    if ("caches" in self) for (const name of await caches.keys()) if (name.startsWith("lapor")) await caches.delete(name);
    event.target.submit();
  });

  (async () => {
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.register("/sw.js").catch(() => {});
      navigator.serviceWorker.addEventListener("message", (event) => { if (event.data === "outbox") list(); });
    }
    const kept = drafted();
    if (kept && !field("text").value) { fill(kept); if (kept.id) field("id").value = kept.id; checks = kept.checks || {}; show(kept.read || {}); }
    go(by("salah") && document.querySelector("[name=chosen]") ? 2 : 1, false);
    document.documentElement.dataset.ready = "";
    await again();
    if (navigator.onLine) read();
  })();
})();
