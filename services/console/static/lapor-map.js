// The map on the page to report on, loaded when it is asked for: first the kecamatan is touched, then the desa. It gives
// names, as the list does; where exactly it was touched is kept nowhere.
globalThis.tapMap = (svg, areas, tell) => {
  "use strict";
  const MARGIN = 4;
  const NEAR = 2; // desa offered beside the one that was touched: a thumb is wider than many a desa
  let shown = areas.kecamatan;

  function drawn(tag, facts, text = "") {
    const one = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(facts).forEach(([name, value]) => one.setAttribute(name, value));
    one.textContent = text;
    return one;
  }
  const short = (label) => label.split(",")[0].replace(/^Kec\. /, "");

  function show(next, inside) {
    shown = next;
    svg.classList.toggle("inside", inside);
    svg.replaceChildren(...next.map(([label, , path], at) => drawn("path", { class: "area", d: path, "data-at": at, "data-label": label })));
    const { x, y, width, height } = svg.getBBox();
    svg.setAttribute("viewBox", `${x - MARGIN} ${y - MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`);
    name(null);
  }
  // Write the names that have room, the chosen one first; letters are 12.5 px high, however large the map is.
  function name(chosen) {
    svg.querySelectorAll("text").forEach((one) => one.remove());
    svg.querySelectorAll("path").forEach((one, at) => one.classList.toggle("chosen", shown[at] === chosen));
    const scale = svg.getScreenCTM().a || 1;
    const box = svg.viewBox.baseVal;
    const taken = [];
    [...shown].sort((one, other) => (other === chosen) - (one === chosen)).forEach((area) => {
      const text = drawn("text", { class: area === chosen ? "cell-name chosen" : "cell-name", x: area[3], y: area[4] + 4 / scale, "font-size": 12.5 / scale }, short(area[0]));
      svg.append(text);
      let { x, y, width, height } = text.getBBox();
      const aside = Math.max(box.x - x, 0) + Math.min(box.x + box.width - x - width, 0); // none leaves the picture
      text.setAttribute("x", area[3] + aside);
      x += aside;
      if (taken.some((one) => x < one.x + one.width && one.x < x + width && y < one.y + one.height && one.y < y + height)) text.remove();
      else taken.push({ x, y, width, height });
    });
  }
  function nearest(point) {
    return shown.map((area) => [Math.hypot(area[3] - point.x, area[4] - point.y), area]).sort((one, other) => one[0] - other[0]).map(([, area]) => area);
  }
  svg.addEventListener("click", (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const around = nearest(point);
    const area = event.target.dataset.at ? shown[Number(event.target.dataset.at)] : around[0]; // beside every cell: the nearest
    if (shown === areas.kecamatan) {
      const desa = areas.desa.filter((one) => one[1] === area[1]);
      if (desa.length) show(desa, true);
      tell(area[0], []);
    } else {
      name(area);
      tell(area[0], [area, ...around.filter((one) => one !== area)].slice(0, NEAR + 1).map(([label]) => label));
    }
  });
  show(areas.kecamatan, false);
  return {
    whole: () => show(areas.kecamatan, false),
    choose: (label) => name(shown.find(([one]) => one === label) || null),
  };
};
