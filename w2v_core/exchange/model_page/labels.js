// Chooses which labels are shown, and on which side of their points, so that none lies on another.

/** @typedef {import('./types').Box} Box */
/** @typedef {import('./types').Wanted} Wanted */
/** @typedef {import('./types').Placed} Placed */

const CELL = 48; // pixels; boxes are looked up by the cells that they touch

/** The boxes that are taken, found by where they are. */
class Taken {
  constructor() {
    /** @type {Map<number, Box[]>} */
    this.cells = new Map();
  }

  /** @param {Box} box */
  *touched([left, top, right, bottom]) {
    for (let i = Math.floor(left / CELL); i <= Math.floor(right / CELL); i++) {
      for (let j = Math.floor(top / CELL); j <= Math.floor(bottom / CELL); j++) yield 10007 * i + j;
    }
  }

  /** @param {Box} box */
  add(box) {
    for (const cell of this.touched(box)) {
      const held = this.cells.get(cell);
      if (held) held.push(box);
      else this.cells.set(cell, [box]);
    }
  }

  /** @param {Box} b */
  isFree(b) {
    for (const cell of this.touched(b)) {
      for (const o of this.cells.get(cell) ?? []) {
        if (o[0] < b[2] && o[2] > b[0] && o[1] < b[3] && o[3] > b[1]) return false;
      }
    }
    return true;
  }
}

/**
 * Place labels in the order in which they are wanted, above, beside or below their points.
 * @param {Iterable<Wanted>} wanted
 * @param {Box} bounds within which labels lie
 * @param {number} most
 * @param {(text: string, size: number) => number} measure the width of a text
 * @param {Box[]} taken boxes that no label may cover
 * @returns {Placed[]}
 */
export function placeLabels(wanted, bounds, most, measure, taken = []) {
  const all = new Taken(), placed = [];
  for (const box of taken) all.add(box);
  let i = -1;
  for (const {x, y, text, size, gap, must, under} of wanted) {
    i++;
    const w = measure(text, size) + 4;
    const beside = size / 3, above = -gap - size / 4, below = gap + 0.85 * size;
    const places = [[-w / 2, above], [gap, beside], [-gap - w, beside], [-w / 2, below]];
    if (under) places.reverse();
    let first = null;
    for (const [dx, dy] of places) {
      /** @type {Box} */
      const box = [x + dx, y + dy - size, x + dx + w, y + dy + size / 3];
      first ??= box;
      const inside = box[0] >= bounds[0] && box[1] >= bounds[1] && box[2] <= bounds[2] && box[3] <= bounds[3];
      if (!inside || !all.isFree(box)) continue;
      first = null;
      all.add(box);
      placed.push({i, left: x + dx + 2, base: y + dy});
      break;
    }
    if (first && must) {
      all.add(first);
      placed.push({i, left: first[0] + 2, base: first[3] - size / 3});
    }
    if (placed.length >= most) break;
  }
  return placed;
}
