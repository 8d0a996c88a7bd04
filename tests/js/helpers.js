// What several tests need: numbers by chance, but always the same, a picture, and widths of text.

/** Numbers from 0 to 1 (mulberry32). */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A picture of 900 × 560 pixels in which both axes go from 0 to 1. */
export const view = {box: [0, 0, 900, 560], at: (x, y) => [x * 900, y * 560]};

/** About how wide a text is, for want of a browser. */
export const measure = (text, size) => 0.56 * size * text.length;

/** The box that a label takes, less a hair for rounding. */
export function boxOf({cloud, k, size, anchor, dx, dy, text}, {at}) {
  const [x, y] = at(cloud.x[k], cloud.y[k]), w = measure(text, size);
  const left = x + dx - {start: 0, middle: w / 2, end: w}[anchor];
  return [left, y + dy - size + 0.01, left + w, y + dy + size / 3 - 0.01];
}
