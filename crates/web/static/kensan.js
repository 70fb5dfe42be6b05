// Every page works without this. It keeps a second press of a button from sending a form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});
// The Back button shows the page as it was: its forms can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});
// What is wrong is read first, by eyes and by ears.
document.querySelector("[data-faults]")?.focus();
// Back to a form that was refused, with what was typed in it.
document.querySelector("a[data-back]")?.addEventListener("click", (event) => {
  if (history.length > 1) {
    event.preventDefault();
    history.back();
  }
});
// A trainee is dragged on the map to an office: what that would cost is asked and shown; the link of each trainee asks the same.
const map = document.querySelector("svg.map[data-wish]");
const answerPlace = document.querySelector("#dragged");
if (map && answerPlace) {
  let dragged = null;
  const at = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
  map.addEventListener("dragstart", (event) => event.preventDefault());
  map.addEventListener("pointerdown", (event) => {
    const trainee = event.target.closest("a[data-enrolment]");
    if (!trainee) return;
    const from = at(event);
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    line.setAttribute("class", "dragged");
    line.setAttribute("pointer-events", "none");
    for (const [name, value] of [["x1", from.x], ["y1", from.y], ["x2", from.x], ["y2", from.y]]) line.setAttribute(name, value);
    dragged = { enrolment: trainee.dataset.enrolment, line, moved: false };
  });
  map.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const to = at(event);
    if (!dragged.moved) map.append(dragged.line);
    dragged.moved = true;
    dragged.line.setAttribute("x2", to.x);
    dragged.line.setAttribute("y2", to.y);
  });
  // The finger scrolls the page instead.
  document.addEventListener("pointercancel", () => {
    dragged?.line.remove();
    dragged = null;
  });
  document.addEventListener("pointerup", async (event) => {
    if (!dragged) return;
    const { enrolment, line, moved } = dragged;
    dragged = null;
    line.remove();
    if (!moved) return;
    // The link under the pointer is not followed: it was a drop, not a press. A press that comes later is one.
    const drop = (click) => click.preventDefault();
    map.addEventListener("click", drop, { once: true, capture: true });
    setTimeout(() => map.removeEventListener("click", drop, { capture: true }));
    // An office may lie under the dots of those who live near.
    const under = document.elementsFromPoint(event.clientX, event.clientY).map((element) => element.closest("a[data-office]"));
    const office = under.find(Boolean);
    if (!office) return;
    const query = new URLSearchParams({ enrolment, office: office.dataset.office });
    const answered = await fetch(`${map.dataset.wish}?${query}`);
    const page = new DOMParser().parseFromString(await answered.text(), "text/html");
    const shown = page.querySelector("#answer") ?? page.querySelector("main .warning, main .error-summary");
    if (shown) answerPlace.replaceChildren(document.adoptNode(shown));
    answerPlace.scrollIntoView({ block: "nearest" });
  });
}
// The map is one stop of the Tab key; the arrow keys go from what has the focus to the nearest link in their direction.
for (const plane of document.querySelectorAll("svg.map")) {
  const links = [...plane.querySelectorAll("a")];
  links[0]?.setAttribute("tabindex", "0");
  const middle = (link) => {
    const { x, y, width, height } = link.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  };
  const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  plane.addEventListener("keydown", (event) => {
    const direction = DIRECTIONS[event.key];
    const from = event.target.closest("a");
    if (!direction || !from) return;
    event.preventDefault();
    const [x, y] = middle(from);
    let nearest = null;
    for (const link of links) {
      const [right, down] = [middle(link)[0] - x, middle(link)[1] - y];
      const ahead = right * direction[0] + down * direction[1];
      const aside = Math.abs(right * direction[1]) + Math.abs(down * direction[0]);
      if (ahead > 0.5 && ahead >= aside / 2 && (!nearest || ahead + aside < nearest.way)) nearest = { link, way: ahead + aside };
    }
    if (!nearest) return;
    from.setAttribute("tabindex", "-1");
    nearest.link.setAttribute("tabindex", "0");
    nearest.link.focus();
  });
}
// A press on the map of a home moves its marker; the numbers beside it say the same.
const marker = document.querySelector(".marker-map");
if (marker) {
  const plane = marker.querySelector("svg");
  const { north, west, perDegree, narrower } = Object.fromEntries(Object.entries(marker.dataset).map(([name, value]) => [name, Number(value)]));
  const margin = 20;
  marker.addEventListener("click", (event) => {
    event.preventDefault();
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(plane.getScreenCTM().inverse());
    document.querySelector("#latitude").value = ((north - (at.y - margin) / perDegree) / 1e6).toFixed(6);
    document.querySelector("#longitude").value = ((west + (at.x - margin) / perDegree / narrower) / 1e6).toFixed(6);
    const home = plane.querySelector("circle.trainee");
    home?.setAttribute("cx", at.x);
    home?.setAttribute("cy", at.y);
  });
}
// What is typed into an entry is kept a moment after each key stroke. Until the server has it, it stays on the device, sealed by a key that
// only the page of the signed-in user has; what another window has kept is never overwritten unseen. What is handed in leaves the device.
const HELD = "kensan:";
const coded = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const decoded = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
class Seal {
  constructor(key) {
    const bytes = Uint8Array.from(key.match(/../g), (byte) => Number.parseInt(byte, 16));
    this.key = crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  }
  async seal(text) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.key, new TextEncoder().encode(text));
    return `${coded(iv)}.${coded(new Uint8Array(sealed))}`;
  }
  // Nothing where it was sealed by somebody else on this device, or by a key that was changed.
  async open(kept) {
    try {
      const [iv, sealed] = kept.split(".").map(decoded);
      return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await this.key, sealed));
    } catch {
      return null;
    }
  }
}
for (const { dataset } of document.querySelectorAll("[data-settled]")) localStorage.removeItem(HELD + dataset.settled);
document.querySelector("form[data-unsaved]")?.addEventListener("submit", (event) => {
  const held = Object.keys(localStorage).filter((key) => key.startsWith(HELD));
  if (held.length > 0 && !confirm(event.target.dataset.unsaved)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  for (const key of held) localStorage.removeItem(key);
});
const entry = document.querySelector("form[data-draft]");
if (entry) {
  const { draft: address, unreachable, refused, unheld, key } = entry.dataset;
  // Browsers seal on pages with TLS alone, and on this machine's own.
  const sealing = key && globalThis.crypto?.subtle ? new Seal(key) : null;
  const version = entry.elements.draft_version;
  const state = document.querySelector("#draft-state");
  const held = HELD + address;
  const fields = () => [...new FormData(entry)].filter(([name]) => name !== "csrf" && !name.endsWith("_version"));
  // What is sealed later does not go over what was sealed, or kept by the server, since.
  let holding = 0;
  let atSeal = 0;
  const hold = async (sent = false) => {
    if (!sealing) return;
    const mine = ++holding;
    atSeal++;
    try {
      const sealed = await sealing.seal(JSON.stringify({ version: version.value, typed: fields(), sent }));
      if (mine === holding) localStorage.setItem(held, sealed);
    } catch {
      // The device is full, or keeps nothing: the text is on the page still.
    } finally {
      atSeal--;
    }
  };
  const letGo = () => {
    holding++;
    localStorage.removeItem(held);
  };
  let kept = JSON.stringify(fields());
  let keeping = false;
  // Nothing is sent any more: another window was faster, or the server has said no.
  let stopped = false;
  let later = 0;
  const told = (text, warning) => {
    state.textContent = text;
    state.classList.toggle("warning", warning);
  };
  const keep = async () => {
    const typed = JSON.stringify(fields());
    if (keeping || stopped || typed === kept) return;
    keeping = true;
    try {
      const body = new URLSearchParams(new FormData(entry));
      const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(15000) });
      if (answer.ok) {
        const { version: now, text } = await answer.json();
        told(text, false);
        // Other forms of the page go over the same draft.
        for (const other of document.querySelectorAll('input[name="draft_version"]')) other.value = now;
        kept = typed;
        letGo();
        if (JSON.stringify(fields()) !== kept) hold();
      } else if (answer.status < 500) {
        // 409 says in words that another window was faster; signed out, closed or handed in already is one sentence.
        stopped = true;
        hold();
        told(answer.status === 409 ? (await answer.json()).text : sealing ? refused : unheld, true);
      } else {
        throw new Error(`the draft was answered with ${answer.status}`);
      }
    } catch {
      hold();
      told(sealing ? unreachable : unheld, true);
    } finally {
      keeping = false;
    }
    if (JSON.stringify(fields()) !== kept && !stopped) soon(3000);
  };
  const soon = (wait) => {
    clearTimeout(later);
    later = setTimeout(keep, wait);
  };
  const there = localStorage.getItem(held);
  if (there?.startsWith("{")) {
    // As it was kept before there was a seal.
    letGo();
    takeUp(JSON.parse(there));
  } else if (there && sealing) {
    sealing.open(there).then((opened) => takeUp(JSON.parse(opened)));
  }
  // What was sent with the form, and answered by a page with a newer version, is in that page: as it was kept, or beside what another
  // window has kept.
  function takeUp(left) {
    if (left && (JSON.stringify(left.typed) === kept || (left.sent && left.version !== version.value))) {
      letGo();
    } else if (left) {
      const { version: read, typed } = left;
      for (const element of entry.elements) {
        if (element.type === "checkbox") element.checked = typed.some(([name]) => name === element.name);
      }
      for (const [name, text] of typed) {
        const element = entry.elements.namedItem(name);
        if (element && element.type !== "checkbox") element.value = text;
        // A row the page does not show any more: what was typed there goes along unseen until the page is loaded anew.
        if (!element) entry.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: text }));
      }
      // The version the text was typed over: if another window has kept something since, that is told.
      version.value = read;
      kept = "";
      hold();
      soon(0);
    }
  }
  entry.addEventListener("input", () => {
    // At once, so that a page that is left has it.
    hold();
    soon(800);
  });
  window.addEventListener("online", () => soon(0));
  window.addEventListener("pagehide", () => {
    // What is being sealed already goes on; a seal begun now might not be done in time.
    if (atSeal === 0 && JSON.stringify(fields()) !== kept) hold();
  });
  // The page as it was is behind what the server knows.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  // A draft on its way is waited for, so that the form goes over the version it made. The text stays on the device until a page says
  // that it was handed in.
  entry.addEventListener("submit", async (event) => {
    clearTimeout(later);
    if (keeping) {
      event.preventDefault();
      event.stopPropagation();
      told("…", false);
      while (keeping) await new Promise((done) => setTimeout(done, 50));
      clearTimeout(later);
      entry.requestSubmit(event.submitter);
      return;
    }
    stopped = true;
    if (JSON.stringify(fields()) !== kept) hold(true);
    kept = JSON.stringify(fields());
  });
  // Another form of the page goes over the draft: what was typed is kept first.
  for (const other of document.querySelectorAll("main form")) {
    if (other === entry) continue;
    let waited = false;
    other.addEventListener("submit", async (event) => {
      if (waited || stopped || (!keeping && JSON.stringify(fields()) === kept)) return;
      event.preventDefault();
      event.stopPropagation();
      clearTimeout(later);
      while (keeping) await new Promise((done) => setTimeout(done, 50));
      await keep();
      clearTimeout(later);
      waited = true;
      other.requestSubmit(event.submitter);
    });
  }
}
