// Which part of a map is seen, and where its places lie on the screen. Up on the map is up on the screen.

/** @typedef {import('./types').View} View */

const MARGIN = 34, WIDE = 800; // pixels around the whole map, and of a wide picture
const CLOSEST = 400, CLOSE_UP = 4; // times that the map can be enlarged, and is for a word

/**
 * The whole map in a picture of this size.
 * @param {{x: number[], y: number[]}} map
 * @param {number} width
 * @param {number} height
 * @returns {View}
 */
export function wholeView({x, y}, width, height) {
  const [left, right] = ends(x), [low, high] = ends(y);
  const across = Math.max(width - 2 * MARGIN, 50) / Math.max(right - left, 1);
  const up = Math.max(height - 2 * MARGIN, 50) / Math.max(high - low, 1);
  return {x: (left + right) / 2, y: (low + high) / 2, scale: Math.min(across, up), width, height};
}

/**
 * @param {number[]} values
 * @returns {[number, number]}
 */
function ends(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

/**
 * Pixels of a place.
 * @param {View} view
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
export const onScreen = (view, x, y) => [
  (x - view.x) * view.scale + view.width / 2,
  (view.y - y) * view.scale + view.height / 2,
];

/**
 * The view enlarged by a factor, the place under a pixel staying there.
 * @param {View} view
 * @param {View} whole
 * @param {number} factor
 * @param {number} px
 * @param {number} py
 * @returns {View}
 */
export function zoomed(view, whole, factor, px, py) {
  const scale = Math.min(Math.max(view.scale * factor, 0.6 * whole.scale), CLOSEST * whole.scale);
  const dx = px - view.width / 2, dy = py - view.height / 2;
  const shift = 1 / view.scale - 1 / scale;
  return {...view, scale, x: view.x + dx * shift, y: view.y - dy * shift};
}

/**
 * The view moved by pixels.
 * @param {View} view
 * @param {number} dx
 * @param {number} dy
 * @returns {View}
 */
export const moved = (view, dx, dy) => ({...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale});

/**
 * A view with the first of some places in the middle and all others in sight.
 * @param {View} whole
 * @param {[number, number][]} places
 * @returns {View}
 */
export function around(whole, places) {
  const [x, y] = places[0];
  const far = Math.max(...places.map((at) => Math.abs(at[0] - x)), ...places.map((at) => Math.abs(at[1] - y)), 1e-6);
  const most = CLOSE_UP * whole.scale * Math.max(1, WIDE / whole.width); // a small picture needs more room for labels
  const scale = Math.min(0.4 * Math.min(whole.width, whole.height) / far, most);
  return {...whole, x, y, scale: Math.max(scale, whole.scale)};
}
