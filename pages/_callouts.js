// Words beside their points, in the places that the picture's real size and zoom leave free: the same
// search as w2v_core/figures/callouts.py makes for a nominal size.

const REACHES = [3, 14, 28, 44, 64, 90, 120], LED_FROM = 28, CLEAR = 3;
const WAYS = Array.from({length: 16}, (_, i) => [Math.cos(i * Math.PI / 8), Math.sin(i * Math.PI / 8)]);

function placeCallouts(el) {
  const spec = el.layout?.meta?.callouts, view = spec && !el._fullLayout.scene && lens(el);
  if (!view) return null;
  const family = el._fullLayout.font.family, [x0, y0, x1, y1] = view.box;
  const notes = el.layout.annotations.map((note) => ({...note}));
  const own = notes.slice(spec.first, spec.first + spec.gaps.length);
  const moving = el.layout.meta.film && el.data[el.layout.meta.film.words];
  if (moving) own.forEach((note, i) => Object.assign(note, {x: moving.x[i], y: moving.y[i]}));
  const at = own.map((note) => view.at(note.x, note.y));
  const dots = [...at.map(([x, y], i) => [x, y, Math.max(spec.gaps[i], CLEAR)]),
    ...(moving ? filmObstacles(moving) : spec.obstacles).map(([x, y]) => [...view.at(x, y), CLEAR])];
  const boxes = [];
  own.forEach((note, i) => {
    const [px, py] = at[i];
    if (!(px >= x0 - 1 && px <= x1 + 1 && py >= y0 - 1 && py <= y1 + 1)) return; // zoomed away
    const size = note.font.size, half = [width(seen(note.text), size, family) / 2 + 2, size * 0.62];
    const [ax, ay] = spec.away[i], long = Math.max(Math.hypot(ax, ay), 1e-9), wish = [ax / long, -ay / long];
    let best = null, least = Infinity;
    for (const reach of REACHES) {
      for (const way of WAYS) {
        // The label's edge, not its middle, is so far off.
        const edge = 1 / Math.max(Math.abs(way[0]) / half[0], Math.abs(way[1]) / half[1], 1e-9);
        const far = spec.gaps[i] + reach + edge, dx = way[0] * far, dy = way[1] * far;
        const b = [px + dx - half[0], py + dy - half[1], px + dx + half[0], py + dy + half[1]];
        const outside = Math.max(x0 - b[0], 0) + Math.max(b[2] - x1, 0) + Math.max(y0 - b[1], 0) + Math.max(b[3] - y1, 0);
        let covered = 0, marks = 0;
        for (const o of boxes) {
          covered += Math.max(Math.min(o[2], b[2]) - Math.max(o[0], b[0]), 0) * Math.max(Math.min(o[3], b[3]) - Math.max(o[1], b[1]), 0);
        }
        for (const [x, y, r] of dots) if (x > b[0] - r && x < b[2] + r && y > b[1] - r && y < b[3] + r) marks++;
        const cost = 50 * covered + 40 * marks + 30 * outside + reach + 10 * (1 - way[0] * wish[0] - way[1] * wish[1]);
        if (cost < least) { least = cost; best = {dx, dy, b, reach, covered}; }
      }
      if (least < reach + 20) break; // nothing farther off can be better
    }
    note.visible = spec.keep_all || !best.covered;
    if (!note.visible) return;
    boxes.push(best.b);
    const led = best.reach >= LED_FROM;
    Object.assign(note, {showarrow: led, xshift: led ? 0 : best.dx, yshift: led ? 0 : -best.dy, ax: best.dx, ay: best.dy,
      arrowhead: 0, arrowwidth: 0.8, arrowcolor: '#8A94A6', standoff: 3});
  });
  notes.splice(spec.first, own.length, ...own);
  return globalThis.Plotly.relayout(el, {annotations: notes});
}

function calloutsSoon(el) {
  clearTimeout(el.__calloutsSoon);
  el.__calloutsSoon = setTimeout(() => el.isConnected && placeCallouts(el), 80);
}
