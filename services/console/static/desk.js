// The desk works without this file. With it, what is on screen changes by itself and what a reader has in hand stays:
// focus, selection, opened details, half-written fields.
(() => {
  "use strict";
  const english = document.documentElement.lang === "en";
  const pulse = document.getElementById("pulse");
  const panel = document.getElementById("panel");
  const wide = matchMedia("(min-width: 75rem)");
  const file = () => document.querySelector("[data-incident]");
  const AGAIN = 5000; // milliseconds until what a server in trouble has refused is asked again
  const OWN = "/saya"; // short, and everybody's: tells whether the session stands, also where this page's own address takes forms only
  let line = null;
  let waiting = null;
  let running = false;
  let looked = 0; // when what is shown was asked for last
  let pause = 0; // milliseconds until it may be asked for again: five times what the last look took, a second after one that failed, so that a server in need is asked less
  let behind = 0; // milliseconds by which this machine's clock differs from the server's
  let asOf = null;
  let position = -1; // the audit log's line up to which what is shown is whole

  // -- changing what is shown
  const dirty = (one) => one.matches("textarea, select, input:not([type=hidden])") && (one.type === "radio" || one.type === "checkbox" ? one.checked !== one.defaultChecked
    : one.matches("select") ? one.selectedIndex !== Math.max(0, [...one.options].findIndex((option) => option.defaultSelected)) : one.value !== one.defaultValue);
  const begun = (fields) => [...fields].some(dirty);
  function morph(old, fresh, how = "outerHTML") {
    const before = new Map([...old.querySelectorAll("[data-id]")].map((row) => [row.dataset.id, row.dataset.revision]));
    Idiomorph.morph(old, fresh, {
      morphStyle: how,
      ignoreActiveValue: true,
      callbacks: {
        // What is half-written was written about what its form was read with, and for the institution that is chosen
        // in it: no field of it changes, and the server asks before it goes over news.
        beforeNodeMorphed: (one) => !(one instanceof HTMLElement && one.matches("input, select, textarea") && (dirty(one) || (one.form && begun(one.form.elements)))),
        // Why an act was refused stays to be read, and what is half-written stays although its act is no longer offered.
        beforeNodeRemoved: (one) => !(one instanceof HTMLElement && ("kept" in one.dataset || (one.matches("details, form") && begun(one.querySelectorAll("input, select, textarea"))))),
        // Whether it is open is the reader's, and a button that has been pressed stays pressed until its answer.
        beforeAttributeUpdated: (name, one) => !((name === "open" && one.matches("details")) || (name === "disabled" && one.matches("button"))),
      },
    });
    if (before.size) document.querySelectorAll("[data-id]").forEach((row) => row.classList.toggle("fresh", before.get(row.dataset.id) !== row.dataset.revision));
  }
  async function fetched(url, options = {}, kept = undefined) {
    const answer = await fetch(url, { headers: { accept: "text/html", "kentongan-part": "1" }, credentials: "same-origin", ...options });
    const where = new URL(answer.url).pathname;
    if (where !== location.pathname && (where === "/masuk" || where === "/akun")) { shut(kept); return null; } // the session ended, or owes a second step
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const { who } = page.body.dataset;
    if (who && who !== document.body.dataset.who) { location.reload(); return null; } // somebody else has signed in beside this page
    if (who) renewed(page.querySelector("input[name=csrf]").value);
    return { answer, page };
  }
  // A session that ended takes nothing half-written with it: who signs in again beside this page goes on here, with
  // forms of the new session. Those of the old one are taken no more.
  let ended = null;
  const written = () => begun(document.querySelectorAll("main :is(input, select, textarea)"));
  function shut(kept = written()) {
    if (!kept) { location.reload(); return; }
    if (ended) return;
    ended = Object.assign(document.createElement("p"), { className: "wrong ended" });
    ended.setAttribute("role", "alert");
    const way = Object.assign(document.createElement("a"), { className: "button", target: "_blank", textContent: document.body.dataset.enter });
    way.href = `/masuk?${new URLSearchParams({ ke: location.pathname + location.search })}`;
    ended.append(`${document.body.dataset.ended} `, way);
    document.getElementById("isi").prepend(ended);
  }
  function renewed(token) {
    document.querySelectorAll("input[name=csrf]").forEach((one) => { one.value = token; });
    if (ended) ended.remove();
    ended = null;
  }
  document.addEventListener("visibilitychange", () => { if (ended && !document.hidden) fetched(OWN).then((there) => there && later(0)).catch(() => {}); });
  const troubled = (answer) => answer.status === 429 || answer.status >= 500;
  function known(page) {
    position = Math.max(position, Number(page.body.dataset.position || -1));
    const now = Date.parse(page.body.dataset.now);
    if (!now) return;
    behind = now - Date.now();
    asOf = page.body.dataset.clock;
    if (pulse && !pulse.hidden) say(!line || line.readyState === EventSource.OPEN); // without a stream the last look tells
  }
  async function refresh() {
    waiting = null;
    if (running) { later(); return; }
    running = true;
    looked = Date.now();
    let whole = false;
    try {
      const got = await fetched(location.pathname + location.search);
      if (!got) return;
      if (troubled(got.answer)) soon(); // what it was to show is not forgotten
      if (!got.answer.ok) return;
      whole = true;
      for (const fresh of got.page.querySelectorAll("[data-part], #health")) {
        const old = document.getElementById(fresh.id);
        if (old && !old.closest("#panel")) morph(old, fresh);
      }
      mark(); // the server does not know which incident is open beside the queue
      known(got.page);
      alarm();
      if (wanted) renew();
    } catch { say(false); soon(); } finally { running = false; pause = whole ? Math.min(1000, 5 * (Date.now() - looked)) : 1000; }
  }
  // The open incident is fetched beside the queue: a slow answer for the one holds nothing back in the other.
  let renewing = false;
  let anew = false;
  async function renew() {
    anew = renewing;
    if (renewing) return;
    renewing = true;
    try { await load(wanted, false); } catch { say(false); } finally { renewing = false; }
    if (anew) renew();
  }
  // What has changed is fetched at once, and many changes with pauses: each look costs the server.
  function later(gap = pause) { if (!waiting) waiting = setTimeout(refresh, Math.max(running ? 300 : 0, looked + gap - Date.now())); }
  // A question whose answer is on the page itself is asked at every change of a field; its button is for without scripts.
  document.querySelectorAll("form[data-live]").forEach((form) => form.addEventListener("input", (event) => {
    if (event.target.name === "kecamatan") return; // another page, with another heading
    history.replaceState(null, "", `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`);
    later(300);
  }));
  let asking = null;
  function soon() { clearTimeout(asking); asking = setTimeout(later, AGAIN); }
  function say(on) {
    if (!pulse) return;
    pulse.hidden = false;
    pulse.classList.toggle("off", !on);
    const since = asOf ? pulse.dataset.asOf.replace("{time}", asOf) : "";
    const said = on ? (since || pulse.dataset.on) : `${pulse.dataset.off} ${since}`;
    pulse.querySelector("span").textContent = said;
    pulse.title = said;
  }

  // -- clocks that go on
  function short(minutes) {
    const [minute, hour, day] = english ? ["min", "h", "d"] : ["mnt", "jam", "hari"];
    const whole = Math.max(1, minutes);
    if (whole < 60) return `${whole} ${minute}`;
    if (whole < 2880) { const rest = whole % 60; return `${Math.floor(whole / 60)} ${hour}${rest && whole < 600 ? ` ${rest} ${minute}` : ""}`; }
    return `${Math.floor(whole / 1440)} ${day}`;
  }
  function tick() {
    const now = Date.now() + behind;
    document.querySelectorAll(".clock[data-due]").forEach((one) => {
      const due = Date.parse(one.dateTime);
      const from = Date.parse(one.dataset.from);
      const late = due < now;
      const said = short(Math.floor(Math.abs(due - now) / 60000));
      one.classList.toggle("late", late);
      one.querySelector("span").textContent = late ? (english ? `${said} late` : `lewat ${said}`) : (english ? `${said} left` : `${said} lagi`);
      one.querySelector(".hand").setAttribute("stroke-dasharray", `${due > from ? Math.max(0, Math.min(100, Math.round((100 * (due - now)) / (due - from)))) : 0} 100`);
    });
    document.querySelectorAll("time.ago").forEach((one) => {
      const minutes = Math.floor((now - Date.parse(one.dateTime)) / 60000);
      if (minutes >= 1) one.textContent = english ? `${short(minutes)} ago` : `${short(minutes)} lalu`;
    });
  }
  document.addEventListener("click", (event) => {
    const clock = event.target.closest && event.target.closest(".clock[data-due]");
    if (!clock || clock.closest("a")) return;
    const shown = clock.querySelector(".exact");
    if (shown) shown.remove(); else clock.append(Object.assign(document.createElement("span"), { className: "exact", textContent: clock.title }));
  });

  // -- the incident beside the queue
  let opened = null;
  let wanted = null;
  let pressed = null; // what somebody opened, until it is shown: a renewal that overtakes the answer shows it as opened
  let turn = 0;
  async function load(id, focus = true) {
    const mine = ++turn;
    wanted = id;
    if (focus) pressed = id;
    const got = await fetched(`/peristiwa/${id}`);
    if (!got || mine !== turn) return; // another was asked for meanwhile
    if (opened === id && troubled(got.answer)) { soon(); return; } // what is read or half-written stays
    show(got.page, id, pressed === id);
    pressed = null;
  }
  function mark() {
    document.querySelectorAll(".entry").forEach((one) => one.classList.toggle("on", one.querySelector("a").dataset.open === opened));
  }
  function show(page, id, focus) {
    const fresh = document.createElement("div");
    fresh.append(...page.getElementById("isi").childNodes);
    const same = opened === id;
    opened = id;
    if (same) morph(panel, fresh, "innerHTML"); else panel.replaceChildren(...fresh.childNodes);
    mark();
    if (focus && held !== id) { held = id; present(); }
    if (!same) { panel.scrollTop = 0; seen(panel.querySelector("[data-unseen]")); }
    const at = document.activeElement; // who writes elsewhere by now goes on writing there
    if (focus && !(at && at.matches("input, select, textarea"))) panel.focus({ preventScroll: true });
  }
  if (panel) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest && event.target.closest("a[data-open]");
      if (!link || !wide.matches || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      load(link.dataset.open).catch(() => { location.assign(link.href); });
    });
    const first = document.querySelector("a[data-open]");
    if (first && wide.matches) load(first.dataset.open, false).catch(() => {});
  }

  // Forms go by fetch: a server that is away takes no half-written sentence with it.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter || form.querySelector("button");
    if (form.method !== "post" || event.defaultPrevented) return;
    if (!new URL(form.action).pathname.startsWith("/peristiwa/")) {
      if (form.matches("[data-tap], #lapor")) return;
      if (sure.delete(form) || !(written() || fields(form))) { setTimeout(() => { button.disabled = true; }, 0); return; } // a double tap is one tap
      event.preventDefault();
      leave(form, button, event.submitter);
      return;
    }
    event.preventDefault();
    button.disabled = true;
    const inside = panel && panel.contains(form);
    const about = opened;
    const called = inside ? panel.querySelector("h1").textContent : "";
    const told = (text, more = "") => { // who has opened another meanwhile is told there, and of which
      if (form.isConnected) note(form, text); else note(panel, [`${called}: ${text}`, more].filter(Boolean).join(" "));
    };
    try {
      const got = await fetched(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!got) { button.disabled = false; return; }
      if (!got.answer.ok) {
        const why = got.page.querySelector("[data-said]") || (got.page.querySelector("main p") && got.page.querySelector("main"));
        told(why ? why.textContent : String(got.answer.status));
        const read = got.page.querySelector("main [name=as_of]"); // what changed has been told: pressing again is meant
        if (read && form.elements.as_of) form.elements.as_of.value = read.value;
        button.disabled = false;
        return;
      }
      if (!inside) { location.assign(got.answer.url); return; }
      if (wanted === about) { // else another was opened meanwhile, and stays
        turn += 1;
        const around = form.closest("details");
        form.reset(); // what was sent goes; what is half-written in another form stays
        if (around) around.open = false;
        show(got.page, about, true);
        const said = panel.querySelector(".said"); // stays to be read: the next renewal comes in tenths of a second
        if (said) { said.id = "dikatakan"; said.dataset.kept = ""; }
        const writing = document.activeElement && document.activeElement.matches("input, select, textarea");
        if (!writing) panel.scrollTop = 0;
      }
      later();
    } catch {
      told(document.body.dataset.unsent, [...form.querySelectorAll("textarea")].map((one) => one.value).join(" "));
      button.disabled = false;
    }
  });
  // Other forms leave the page, and what is written with it: first it is seen that the session stands, and the server.
  const sure = new WeakSet();
  const fields = (form) => form.querySelector("input:not([type=hidden]), select, textarea");
  async function leave(form, button, submitter) {
    button.disabled = true;
    let stands = null;
    try { stands = await fetched(OWN, {}, true); } catch { note(form, document.body.dataset.unsent); }
    button.disabled = false;
    if (ended) ended.querySelector("a").focus();
    if (!stands) return;
    if (!stands.answer.ok) { note(form, document.body.dataset.unsent); return; }
    sure.add(form);
    form.requestSubmit(submitter);
  }
  function note(where, text) {
    let box = where.querySelector(":scope > .wrong");
    if (!box) { box = document.createElement("p"); box.className = "wrong"; box.setAttribute("role", "alert"); where[where === panel ? "prepend" : "append"](box); }
    box.dataset.kept = "";
    box.textContent = text.trim().replace(/\s+/g, " ");
  }

  // -- keys
  const links = () => [...document.querySelectorAll(".entry a")];
  function step(by) {
    const all = links();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const chosen = all.findIndex((one) => one.parentElement.classList.contains("on"));
    const from = at >= 0 ? at : chosen;
    all[Math.max(0, Math.min(all.length - 1, from + by))].focus();
  }
  function act(key) {
    const one = (panel || document).querySelector(`details[data-key^="${key}"]`);
    if (!one) return;
    one.open = true;
    const place = one.querySelector("select, textarea, input:not([type=hidden]), button");
    if (place) place.focus();
  }
  const KEYS = {
    j: () => step(1), k: () => step(-1), a: () => act("untuk"), e: () => act("eskalasi"), m: () => act("gabung"),
    "/": () => { const one = document.getElementById("cari"); if (one) one.focus(); },
    "?": () => { const one = document.getElementById("tombol"); if (one) { one.open = true; one.querySelector("summary").focus(); } },
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    if (KEYS[event.key] && (panel || file())) { event.preventDefault(); KEYS[event.key](); }
  });

  // -- what is critical and silent is told in the title
  const title = document.title;
  let known_grave = null;
  let audio = null;
  const sound = document.getElementById("suara");
  function beep() { // three strokes, as the drum for danger begins
    if (!audio) return;
    [0, 0.22, 0.44].forEach((after) => {
      const stroke = audio.createOscillator();
      const loud = audio.createGain();
      stroke.frequency.value = 740;
      loud.gain.setValueAtTime(0.5, audio.currentTime + after);
      loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + after + 0.18);
      stroke.connect(loud).connect(audio.destination);
      stroke.start(audio.currentTime + after);
      stroke.stop(audio.currentTime + after + 0.2);
    });
  }
  if (sound && "AudioContext" in window) { // a browser lets a page sound only after somebody has pressed something
    sound.hidden = false;
    sound.addEventListener("click", () => {
      const on = sound.getAttribute("aria-pressed") !== "true";
      if (on) { audio = new AudioContext(); beep(); } else if (audio) { audio.close(); audio = null; }
      sound.setAttribute("aria-pressed", String(on));
      sound.textContent = on ? sound.dataset.on : sound.dataset.off;
    });
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("button[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy);
    text.select();
    try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
    button.textContent = button.dataset.copied;
  });
  function alarm() {
    const queue = document.getElementById("antrean");
    const count = queue ? Number(queue.dataset.critical || 0) : 0;
    document.title = count ? `(${count}) ${title}` : title;
    if (navigator.setAppBadge) (count ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => {});
    const grave = new Set(queue ? [...queue.querySelectorAll(".entry.l-kritis")].map((one) => one.dataset.incident) : []);
    if (known_grave && [...grave].some((id) => !known_grave.has(id))) beep();
    known_grave = grave;
  }

  // Somebody of the institution really looks at it: a program that follows links runs no scripts.
  function seen(one) {
    if (!one || !one.dataset.unseen) return;
    fetch(`/peristiwa/${one.dataset.incident}/dilihat`, { method: "POST", credentials: "same-origin", body: new URLSearchParams({ csrf: one.dataset.unseen }) }).catch(() => {});
    one.dataset.unseen = "";
  }

  // Who has opened an incident says so each minute while it is on screen; a page that looks ahead has opened nothing.
  let held = null;
  async function present() {
    const id = held;
    const one = id && document.querySelector(`[data-incident="${id}"][data-present]`);
    if (!one || document.hidden) return;
    try {
      const got = await fetched(`/peristiwa/${id}/dibuka`, { method: "POST", body: new URLSearchParams({ csrf: one.dataset.present }) });
      if (held !== id) return; // who has another open is shown there alone
      const fresh = got && got.answer.ok && got.page.getElementById("dibuka");
      const old = document.getElementById("dibuka");
      if (fresh && old) morph(old, fresh);
    } catch { /* the next minute says it */ }
  }
  setInterval(present, 60000);
  document.addEventListener("visibilitychange", present);

  known(document);
  alarm();
  // Its reader has no stream: what is nobody's case is looked at again, until its page says 0: nothing more comes.
  const every = () => Number((document.querySelector("[data-every]") || { dataset: { every: 0 } }).dataset.every);
  if (every()) {
    const again = setInterval(() => { if (every()) later(); else clearInterval(again); }, every() * 1000);
  }
  if (document.querySelector("[data-part]:not([data-every])") && "EventSource" in window) {
    const here = file() && !panel ? file().dataset.incident : null;
    let broken = false;
    const listen = () => {
      line = new EventSource(position < 0 ? "/v1/events" : `/v1/events?after=${position}`); // what happened since the page was made is told
      line.addEventListener("hello", () => { say(true); if (broken || position < 0) later(); broken = false; });
      line.addEventListener("reset", (event) => { position = Number(event.lastEventId); later(); }); // also to a lower line: a backup was put back
      line.addEventListener("incident", (event) => {
        if (Number(event.lastEventId) > position && (!here || JSON.parse(event.data).id === here)) later();
      });
      line.onerror = () => { // a browser comes back by itself when the line breaks, and never once it was refused
        broken = true;
        say(false);
        if (line.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN);
      };
    };
    listen();
    if (!here) setInterval(later, 60000); // time goes on even when nothing happens
    addEventListener("pagehide", () => line.close());
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }
  setInterval(tick, 15000);
  if (!panel) { seen(file()); held = file() ? file().dataset.incident : null; }
  document.addEventListener("click", (event) => { const menu = document.getElementById("menu"); if (menu && menu.open && !menu.contains(event.target)) menu.open = false; });
  addEventListener("pageshow", () => document.querySelectorAll("button[disabled]").forEach((one) => { one.disabled = false; }));
})();
