// Finds points of a cloud by their place: those under the mouse, in a box, in a lasso.

/** @typedef {import('./types').Place} Place */
/** @typedef {{range(x0: number, y0: number, x1: number, y1: number): number[]}} Index */

/**
 * The point that is nearest to a place of the plot, and how far it is in pixels; null if none is near enough.
 * @param {Index} index of the cloud
 * @param {import('./types').Trace} cloud
 * @param {Place} place in pixels
 * @param {{box: import('./types').Box, ranges: import('./types').Ranges}} view
 * @param {number} reach in pixels
 * @returns {{k: number, far: number} | null}
 */
export function nearestPoint(index, cloud, [px, py], {box: [x0, y0, x1, y1], ranges}, reach) {
  const sx = (ranges.x[1] - ranges.x[0]) / (x1 - x0), sy = (ranges.y[1] - ranges.y[0]) / (y1 - y0);
  const x = ranges.x[0] + (px - x0) * sx, y = ranges.y[1] - (py - y0) * sy;
  let k = -1;
  // Few points are asked for where they are dense.
  for (let near = Math.min(3, reach); k < 0; near = Math.min(2 * near, reach)) {
    const dx = Math.abs(sx) * near, dy = Math.abs(sy) * near;
    let least = near * near;
    for (const one of index.range(x - dx, y - dy, x + dx, y + dy)) {
      const d = ((cloud.x[one] - x) / sx) ** 2 + ((cloud.y[one] - y) / sy) ** 2;
      if (d < least || (d === least && one > k)) { least = d; k = one; }
    }
    if (k >= 0) return {k, far: Math.sqrt(least)};
    if (near >= reach) return null;
  }
  return null;
}

/**
 * The points inside a polygon, in ascending order.
 * @param {Index} index
 * @param {import('./types').Trace} cloud
 * @param {Place[]} polygon its corners; it closes by itself
 * @returns {number[]}
 */
export function pointsInside(index, cloud, polygon) {
  const xs = polygon.map(([x]) => x), ys = polygon.map(([, y]) => y);
  const near = index.range(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
  return near.filter((k) => isInside(cloud.x[k], cloud.y[k], polygon)).sort((a, b) => a - b);
}

/** @type {(x: number, y: number, polygon: Place[]) => boolean} */
function isInside(x, y, polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i], [xj, yj] = polygon[j];
    if ((yi > y) !== (yj > y) && x < (xj - xi) * (y - yi) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/**
 * The corners of what a person drew with box or lasso; null where nothing was.
 * @param {{range?: {x: number[], y: number[]}, lassoPoints?: {x: number[], y: number[]}} | undefined} drawn Plotly's event
 * @returns {Place[] | null}
 */
export function cornersOf(drawn) {
  if (drawn?.lassoPoints) return drawn.lassoPoints.x.map((x, i) => [x, Number(drawn.lassoPoints?.y[i])]);
  if (!drawn?.range?.x || !drawn.range.y) return null;
  const [x0, x1] = drawn.range.x, [y0, y1] = drawn.range.y;
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}
