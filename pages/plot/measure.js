// The width of a text in the page's font.

const MOST_KEPT = 20000;

/** @type {CanvasRenderingContext2D | null} */
let ruler = null;
/** @type {Map<string, number>} */
const widths = new Map();

/** @returns {CanvasRenderingContext2D} */
export function pen() {
  ruler ??= document.createElement('canvas').getContext('2d');
  return /** @type {CanvasRenderingContext2D} */ (ruler);
}

/**
 * Pixels.
 * @param {string} text
 * @param {number} size
 * @param {string} family
 * @returns {number}
 */
export function width(text, size, family) {
  const key = `${size} ${text}`;
  let found = widths.get(key);
  if (found === undefined) {
    if (widths.size > MOST_KEPT) widths.clear();
    pen().font = `${size}px ${family}`;
    found = pen().measureText(text).width;
    widths.set(key, found);
  }
  return found;
}

/** Forget all widths, which were measured before the page's font was loaded. */
export const forgetWidths = () => widths.clear();
