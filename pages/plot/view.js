// The chosen view, either the ranges of flat axes or a camera, as text for the address.

/** @typedef {import('./types').Ranges} Ranges */
/** @typedef {import('./types').Camera} Camera */

/** @param {number} v */
const rounded = (v) => Number(v.toPrecision(5));

/**
 * The text; null for the figure's default view.
 * @param {Ranges | null} ranges
 * @param {Camera | null} camera
 */
export function viewAsText(ranges, camera) {
  if (camera) {
    return [camera.eye, camera.center, camera.up].flatMap((p) => [p.x, p.y, p.z]).map(rounded).join('_');
  }
  return ranges ? [...ranges.x, ...ranges.y].map(rounded).join('_') : null;
}

/**
 * Parse such a text; empty if it does not describe this kind of view.
 * @param {string | null} text
 * @param {boolean} inSpace
 * @returns {{ranges?: Ranges, camera?: Camera}}
 */
export function viewFromText(text, inSpace) {
  const v = text ? text.split('_').map(Number) : [];
  if (!v.length || !v.every(Number.isFinite)) return {};
  const point = (/** @type {number} */ i) => ({x: v[i], y: v[i + 1], z: v[i + 2]});
  if (inSpace && v.length === 9) return {camera: {eye: point(0), center: point(3), up: point(6)}};
  if (!inSpace && v.length === 4 && v[0] !== v[1] && v[2] !== v[3]) {
    return {ranges: {x: [v[0], v[1]], y: [v[2], v[3]]}};
  }
  return {};
}

/**
 * Ranges around a word that keep the current zoom, but are no wider than the span of the focus.
 * @param {import('./contract').Focus} focus
 * @param {Ranges | null} now
 * @returns {Ranges}
 */
export function around(focus, now) {
  const [wx, wy] = [now?.x, now?.y].map((range, i) =>
    Math.min(range ? Math.abs(range[1] - range[0]) : Infinity, focus.span[i]));
  return {x: [focus.x - wx / 2, focus.x + wx / 2], y: [focus.y - wy / 2, focus.y + wy / 2]};
}

/** Views that show a part of another: ``factor`` of it, from below 1 for a closer look. */
export const closer = {
  /**
   * @param {Ranges} ranges
   * @param {number} factor
   * @param {{x: number, y: number} | null} middle the new middle; the old one if null
   * @returns {Ranges}
   */
  flat(ranges, factor, middle) {
    const [x, y] = /** @type {['x', 'y']} */ (['x', 'y']).map((axis) => {
      const [from, to] = ranges[axis], half = (to - from) / 2 * factor, at = middle?.[axis] ?? (from + to) / 2;
      return /** @type {[number, number]} */ ([at - half, at + half]);
    });
    return {x, y};
  },

  /**
   * @param {Camera} camera
   * @param {number} factor
   * @returns {Camera}
   */
  inSpace({eye, center, up}, factor) {
    const [x, y, z] = /** @type {['x', 'y', 'z']} */ (['x', 'y', 'z'])
      .map((axis) => center[axis] + (eye[axis] - center[axis]) * factor);
    return {eye: {x, y, z}, center, up};
  },
};
