// A figure whose frames move several of its traces: between two passes every coordinate lies between
// those of the passes, and the words go with their points.

function filmMoment(el, moment) {
  const k = Math.min(Math.floor(moment), el.__frames.length - 1), t = moment - k;
  const a = el.__frames[k], b = el.__frames[Math.min(k + 1, el.__frames.length - 1)];
  const moved = new Map(a.traces.map((index, j) => [index, Object.fromEntries(
    Object.keys(a.data[j]).filter((name) => 'xyzuvw'.includes(name)).map((name) => [name,
      Array.from(a.data[j][name], (from, i) => {
        const to = b.data[j][name][i];
        return from === null || to === null || Number.isNaN(from) ? null : from + t * (to - from);
      })]))]));
  return el.__traces.map((trace, i) => ({...trace, ...moved.get(i)}));
}

/** The words' notes where their points now are, in the places beside them that they had. */
function filmLayout(el, traces) {
  const film = el.layout.meta?.film, spec = el.layout.meta?.callouts;
  if (!film || !spec) return el.layout;
  const words = traces[film.words], {first, gaps} = spec;
  const annotations = el.layout.annotations.map((note, i) => (i < first || i >= first + gaps.length ? note
    : {...note, x: words.x[i - first], y: words.y[i - first]}));
  return {...el.layout, annotations};
}

/** What labels must not cover at this moment: points along the arrows. */
function filmObstacles(words) {
  const points = [], n = words.x.length / 2, each = Math.max(5, Math.min(40, Math.round(1500 / n)));
  for (let pair = 0; pair < n; pair++) {
    for (let i = 0; i < each; i++) {
      const t = 0.06 + 0.88 * i / (each - 1), between = (axis) => axis[2 * pair] + t * (axis[2 * pair + 1] - axis[2 * pair]);
      points.push([between(words.x), between(words.y)]);
    }
  }
  return points;
}
