// Steps from word to word by arrow keys.

/** @typedef {'left' | 'right' | 'up' | 'down'} Direction */

/** In pixels, whose y grows downward.
 * @type {{[direction in Direction]: [x: number, y: number]}} */
const TOWARD = {left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1]};
const ASIDE = 2; // what a pixel aside costs, compared with one ahead

/**
 * The nearest point in a direction: one within 45° of it if there is any, else any point on that side.
 * @param {number} n the number of points
 * @param {(i: number) => [number, number]} at where each is, in pixels; not finite where it is not drawn
 * @param {number} from
 * @param {Direction} direction
 * @returns {number | null} null if there is no point on that side
 */
export function step(n, at, from, direction) {
  const [x0, y0] = at(from), [dx, dy] = TOWARD[direction];
  let best = null, least = Infinity, isAhead = false;
  for (let i = 0; i < n; i++) {
    if (i === from) continue;
    const [x, y] = at(i), along = (x - x0) * dx + (y - y0) * dy;
    if (!(along > 0)) continue;
    const aside = Math.abs((x - x0) * dy) + Math.abs((y - y0) * dx), ahead = aside <= along;
    const cost = along + ASIDE * aside;
    if ((ahead && !isAhead) || (ahead === isAhead && cost < least)) {
      best = i;
      least = cost;
      isAhead = ahead;
    }
  }
  return best;
}

/**
 * The point nearest to a place; null if none is drawn.
 * @param {number} n
 * @param {(i: number) => [number, number]} at
 * @param {[number, number]} place
 */
export function nearestTo(n, at, [x0, y0]) {
  let best = null, least = Infinity;
  for (let i = 0; i < n; i++) {
    const [x, y] = at(i), far = Math.hypot(x - x0, y - y0);
    if (far < least) {
      best = i;
      least = far;
    }
  }
  return best;
}

/** @typedef {{step: Direction} | {zoom: number} | {select: true, add: boolean} | {release: true}} Wish */

const CLOSER = 0.7; // of the width that is shown, by one press of +

/**
 * What a key asks a map for; null if it is not the map's.
 * @param {{key: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @returns {Wish | null}
 */
export function wishOf({key, shiftKey, ctrlKey, metaKey, altKey}) {
  if (ctrlKey || metaKey || altKey) return null; // the browser's, or a screen reader's
  if (key.startsWith('Arrow')) return {step: /** @type {Direction} */ (key.slice(5).toLowerCase())};
  if (key === '+' || key === '=') return {zoom: CLOSER};
  if (key === '-' || key === '−' || key === '_') return {zoom: 1 / CLOSER};
  if (key === 'Enter' || key === ' ') return {select: true, add: shiftKey};
  return key === 'Escape' ? {release: true} : null;
}
