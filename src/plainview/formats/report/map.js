// Pan and zoom of the maps; the page says everything without it.
for (const box of document.querySelectorAll(".mapbox")) {
  const map = box.querySelector("svg"), bar = box.querySelector(".scalebar");
  const grid = map.querySelector(".graticule");
  const lat0 = +map.dataset.latitude, lon0 = +map.dataset.longitude;
  const east = +map.dataset.east, north = +map.dataset.north;
  const home = map.viewBox.baseVal, all = [home.x, home.y, home.width, home.height];
  const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60,
    120, 300, 600, 1200, 1800].map(minutes => minutes / 60);
  const NS = "http://www.w3.org/2000/svg";
  let view = all.slice(), queued = false;

  const step = span => steps.find(s => span / s <= 5) || 30;
  const label = (angle, letters, s) => {
    if (letters === "EW") angle = ((angle + 180) % 360 + 360) % 360 - 180;
    const decimals = Math.max(0, Math.ceil(-Math.log10(s * 60) - 1e-9));
    const per = 60 * 10 ** decimals, whole = Math.round(Math.abs(angle) * per);
    const minutes = ((whole % per) / 10 ** decimals).toFixed(decimals);
    const width = 2 + (decimals ? decimals + 1 : 0);
    return `${Math.floor(whole / per)}°${minutes.padStart(width, "0")}′${letters[angle < 0 ? 1 : 0]}`;
  };
  const add = (name, attributes, text) => {
    const node = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text) node.textContent = text;
    grid.appendChild(node);
  };
  let paperWidth = 0;
  const size = () => view[2] / (paperWidth || map.clientWidth);
  const drawGrid = () => {
    grid.textContent = "";
    const [x, y, w, h] = view, s = size();
    const lonStep = step(w / east), latStep = step(2 * h / north);
    for (let n = Math.ceil((lon0 + x / east) / lonStep); n * lonStep <= lon0 + (x + w) / east; n++) {
      const at = (n * lonStep - lon0) * east;
      add("line", {x1: at, x2: at, y1: y, y2: y + h});
      add("text", {transform: `translate(${at} ${y + h}) scale(${s})`, x: 4, y: -6}, label(n * lonStep, "EW", lonStep));
    }
    for (let n = Math.ceil((lat0 - (y + h) / north) / latStep); n * latStep <= lat0 - y / north; n++) {
      const at = (lat0 - n * latStep) * north;
      add("line", {x1: x, x2: x + w, y1: at, y2: at});
      if (at - y > 62 * s) add("text", {transform: `translate(${x} ${at}) scale(${s})`, x: 6, y: -4}, label(n * latStep, "NS", latStep));
    }
  };
  const draw = () => {
    queued = false;
    map.setAttribute("viewBox", view.join(" "));
    const s = size();
    for (const node of map.querySelectorAll(".fixed"))
      if (!grid.contains(node)) node.setAttribute("transform", `${node.dataset.place} scale(${s})`);
    drawGrid();
    const most = 0.22 * view[2], power = 10 ** Math.floor(Math.log10(most));
    const length = [5, 2, 1].find(k => k * power <= most) * power;
    bar.style.width = `${100 * length / view[2]}%`;
    bar.firstElementChild.textContent = length < 1000 ? `${+length.toPrecision(3)} m` : `${+(length / 1000).toPrecision(3)} km`;
  };
  const update = () => { if (!queued) { queued = true; requestAnimationFrame(draw); } };
  const zoom = (factor, px = map.clientWidth / 2, py = map.clientHeight / 2) => {
    const width = Math.min(Math.max(view[2] * factor, 5), all[2] * 8), k = width / view[2];
    const s = size();
    view = [view[0] + px * s * (1 - k), view[1] + py * s * (1 - k), width, view[3] * k];
    update();
  };
  const pointers = new Map();
  map.addEventListener("pointerdown", event => { pointers.set(event.pointerId, event); });
  map.addEventListener("pointermove", event => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    if (pointers.size === 2) {
      const other = [...pointers.values()].find(p => p.pointerId !== event.pointerId);
      const span = p => Math.hypot(p.clientX - other.clientX, p.clientY - other.clientY);
      const edge = map.getBoundingClientRect();
      if (span(event) > 1) zoom(span(last) / span(event), (event.clientX + other.clientX) / 2 - edge.left,
        (event.clientY + other.clientY) / 2 - edge.top);
    } else {
      const s = size();
      view[0] -= (event.clientX - last.clientX) * s;
      view[1] -= (event.clientY - last.clientY) * s;
      if (Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY) > 0) map.setPointerCapture(event.pointerId);
      update();
    }
    pointers.set(event.pointerId, event);
  });
  for (const name of ["pointerup", "pointercancel"])
    map.addEventListener(name, event => pointers.delete(event.pointerId));
  map.addEventListener("wheel", event => {
    if (!event.ctrlKey && document.activeElement !== box) return;
    event.preventDefault();
    const edge = map.getBoundingClientRect();
    zoom(1.0015 ** event.deltaY, event.clientX - edge.left, event.clientY - edge.top);
  }, {passive: false});
  box.tabIndex = 0;
  box.setAttribute("aria-label", "Map: drag to move, plus and minus to zoom, arrows to move");
  box.addEventListener("keydown", event => {
    const move = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (event.key === "+" || event.key === "=") zoom(1 / 1.4);
    else if (event.key === "-") zoom(1.4);
    else if (move) { view[0] += move[0] * view[2] / 10; view[1] += move[1] * view[3] / 10; update(); }
    else return;
    event.preventDefault();
  });
  box.querySelector(".mapbuttons").hidden = false;
  box.addEventListener("click", event => {
    const action = event.target.dataset && event.target.dataset.map;
    if (action === "in") zoom(1 / 1.6);
    if (action === "out") zoom(1.6);
    if (action === "home") { view = all.slice(); update(); }
  });
  addEventListener("resize", update);
  addEventListener("beforeprint", () => {
    paperWidth = document.querySelectorAll(".mapbox").length > 1 ? 340 : 680;
    view = all.slice();
    draw();
  });
  addEventListener("afterprint", () => { paperWidth = 0; draw(); });
  draw();
}
