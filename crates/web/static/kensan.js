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
  document.addEventListener("pointerup", async (event) => {
    if (!dragged) return;
    const { enrolment, line, moved } = dragged;
    dragged = null;
    line.remove();
    if (!moved) return;
    // The link under the pointer is not followed: it was a drop, not a press.
    map.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
    const office = document.elementFromPoint(event.clientX, event.clientY)?.closest("a[data-office]");
    if (!office) return;
    const query = new URLSearchParams({ enrolment, office: office.dataset.office });
    const answered = await fetch(`${map.dataset.wish}?${query}`);
    const page = new DOMParser().parseFromString(await answered.text(), "text/html");
    const shown = page.querySelector("#answer") ?? page.querySelector("main .warning, main .error-summary");
    if (shown) answerPlace.replaceChildren(document.adoptNode(shown));
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
