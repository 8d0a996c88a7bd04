// Passes of a training: positions of points at a moment, where 2.5 is halfway between frames 2 and 3.

/** @typedef {import('./types').Trace} Trace */
/** @typedef {import('./types').Frame} Frame */
/** @typedef {import('./types').Numbers} Numbers */

/**
 * The traces at a moment. Frames of several traces give the positions of each; a frame of one trace moves
 * the first trace, and everything that refers to its rows follows.
 * @param {Trace[]} traces
 * @param {Frame[]} frames
 * @param {number} moment
 */
export function atMoment(traces, frames, moment) {
  const k = Math.min(Math.floor(moment), frames.length - 1), t = moment - k;
  const a = frames[k], b = frames[Math.min(k + 1, frames.length - 1)];
  return a.data.length > 1 ? together(traces, a, b, t) : following(traces, a.data[0], b.data[0], t);
}

/** @type {(traces: Trace[], a: Trace, b: Trace, t: number) => Trace[]} */
function following(traces, a, b, t) {
  /** @type {{[axis: string]: Numbers}} */
  const places = {};
  for (const axis of ['x', 'y', 'z']) if (a[axis]) places[axis] = between(a[axis], b[axis], t);
  const at = placesOfRows(traces[0].customdata ?? []);
  return traces.map((trace, i) => {
    if (i === 0) return {...trace, ...places};
    if (!trace.customdata) return trace;
    const rows = Array.from(trace.customdata, (own) => at.get(own[0]));
    const moved = Object.keys(places).map((axis) => [axis,
      rows.map((j) => (j === undefined ? null : places[axis][j]))]);
    return {...trace, ...Object.fromEntries(moved)};
  });
}

/** @type {WeakMap<object, Map<number, number>>} */
const known = new WeakMap();

/** @type {(customdata: ArrayLike<Numbers>) => Map<number, number>} */
function placesOfRows(customdata) {
  const at = known.get(customdata) ?? new Map(Array.from(customdata, (own, i) => [own[0], i]));
  known.set(customdata, at);
  return at;
}

/** @type {(a: any, b: Numbers, t: number) => Numbers} */
function between(a, b, t) {
  return t <= 0 ? a : t >= 1 ? b : a.map((/** @type {number} */ v, /** @type {number} */ i) => v + t * (b[i] - v));
}

/** @type {(traces: Trace[], a: Frame, b: Frame, t: number) => Trace[]} */
function together(traces, a, b, t) {
  const moved = new Map(a.traces.map((index, j) => [index, Object.fromEntries(
    Object.keys(a.data[j]).filter((name) => 'xyzuvw'.includes(name)).map((name) => [name,
      Array.from(a.data[j][name], (from, i) => {
        const to = b.data[j][name][i];
        return from === null || to === null || Number.isNaN(from) ? null : from + t * (to - from);
      })]))]));
  return traces.map((trace, i) => ({...trace, ...moved.get(i)}));
}

/**
 * The layout with the callouts moved with their points, at unchanged offsets.
 * @param {import('./types').Layout} layout
 * @param {Trace[]} traces
 */
export function layoutAt(layout, traces) {
  const film = layout.meta?.film, spec = layout.meta?.callouts;
  if (!film || !spec) return layout;
  const words = traces[film.words], {first, gaps} = spec;
  const annotations = layout.annotations?.map((note, i) => (i < first || i >= first + gaps.length ? note
    : {...note, x: words.x[i - first], y: words.y[i - first]}));
  return {...layout, annotations};
}

/**
 * Points along the arrows of pairs of words, which labels should not cover.
 * @param {Trace} words two points per pair
 * @returns {[number, number][]}
 */
export function alongArrows(words) {
  /** @type {[number, number][]} */
  const points = [];
  const n = words.x.length / 2, each = Math.max(5, Math.min(40, Math.round(1500 / n)));
  for (let pair = 0; pair < n; pair++) {
    for (let i = 0; i < each; i++) {
      const t = 0.06 + 0.88 * i / (each - 1);
      /** @param {Numbers} axis */
      const on = (axis) => axis[2 * pair] + t * (axis[2 * pair + 1] - axis[2 * pair]);
      points.push([on(words.x), on(words.y)]);
    }
  }
  return points;
}
