// Asks the browser for a passkey: a new one on the account's page, one to come in with at the door. Words stand in the pages.
(() => {
  "use strict";
  const making = document.getElementById("kunci-buat");
  const door = document.getElementById("kunci-masuk");
  const form = making || door;
  if (!form) return;
  if (!window.isSecureContext || !window.PublicKeyCredential) { form.hidden = true; return; }
  const button = form.querySelector("button");
  const failed = form.querySelector("[data-failed]");

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const ids = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function made(options) {
    const key = await navigator.credentials.create({ publicKey: {
      ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: ids(options.excludeCredentials),
    } });
    const { response } = key;
    return { id: key.id, rawId: text(key.rawId), type: key.type, response: {
      clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject),
    } };
  }

  async function shown(options) {
    const key = await navigator.credentials.get({ publicKey: {
      ...options, challenge: bytes(options.challenge), allowCredentials: ids(options.allowCredentials),
    } });
    const { response } = key;
    return { id: key.id, rawId: text(key.rawId), type: key.type, response: {
      clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData),
      signature: text(response.signature), userHandle: response.userHandle ? text(response.userHandle) : null,
    } };
  }

  async function answer() {
    if (making) return made(JSON.parse(making.dataset.options));
    const asked = await fetch(`${door.action}/mulai`, { method: "POST" });
    if (!asked.ok) throw new Error(asked.status);
    return shown(JSON.parse((await asked.json()).options));
  }

  async function go() { // true: the answer is under way
    button.disabled = true;
    failed.hidden = true;
    try {
      form.elements.bukti.value = JSON.stringify(await answer());
      form.submit();
      return true;
    } catch { // nobody chose a key, or the line is dead
      button.disabled = false;
      return false;
    }
  }

  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = await go();
  });
  // A registered device asks at once: then a touch is all. Where a browser wants a tap first, the button is there.
  if ("atOnce" in form.dataset) go();
  document.querySelectorAll("[data-no-passkey]").forEach((one) => { one.hidden = true; });
})();
