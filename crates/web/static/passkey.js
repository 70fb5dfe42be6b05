// Passkeys: the browser asks the device, and the form goes on with the device's answer. Without this the form stays hidden.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withBytes = (list) => list?.map((known) => ({ ...known, id: bytes(known.id) }));

// What the server asks, as the browser wants it.
function asked(options) {
  const challenge = bytes(options.challenge);
  if (options.user) {
    const user = { ...options.user, id: bytes(options.user.id) };
    return { ...options, challenge, user, excludeCredentials: withBytes(options.excludeCredentials) };
  }
  return { ...options, challenge, allowCredentials: withBytes(options.allowCredentials) };
}

// What the device answered, as the server reads it.
function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, extensions: {} });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const { passkey: address, answer, token, failed } = form.dataset;
  const told = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.sent || !form.reportValidity()) return;
    form.dataset.sent = "yes";
    told.hidden = true;
    try {
      const body = new URLSearchParams({ csrf: form.elements.csrf.value });
      const sent = await fetch(address, { method: "POST", body });
      if (!sent.ok) throw new Error(String(sent.status));
      const challenge = await sent.json();
      const publicKey = asked(challenge.options);
      const credential = await (publicKey.user ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
      form.elements[answer].value = answered(credential);
      form.elements[token].value = challenge.token;
      form.submit();
    } catch {
      // The user has ended it, or the device knows no passkey of this site.
      delete form.dataset.sent;
      told.textContent = failed;
      told.hidden = false;
    }
  });
}
