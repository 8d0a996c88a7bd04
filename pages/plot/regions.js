// Names of the regions of a map. Each stands where its region is densest in the present view, so that it is
// found at every zoom.

import {width as widthOf} from './measure.js';
import {seen} from './text.js';

export const REGION_SIZE = 15; // pixels
const CELLS = 28; // along the width: a cell is about as wide as a short word
const FEWEST = 3; // points of a region in view that earn a name
const SHARE = {far: 0.02, near: 0.12}; // and their share of all there, while most of the map is in view or closer up
const WIDE = 0.5; // share of all points in view from which the regions come before the words
const CANDIDATES = 150, MOST_LOOKED_AT = 20000;
const BOLD = 1.1; // how much wider a bold text is

/** @typedef {import('./types').Label} Label */
/** @typedef {import('./types').Box} Box */
/** @typedef {import('./types').Trace} Trace */
/** @typedef {import('./types').View} View */

/**
 * What of each region is in view.
 * @param {Trace} points whose ``marker.color`` is the region of each
 * @param {number} n regions
 * @param {View} view
 * @returns {{wide: boolean, places: [x: number, y: number][][]}} whether most points are in view; for each
 *   region the pixels where its name could stand, best first, none if there is too little of it
 */
export function regionsInView(points, n, view) {
  const [x0, y0, x1, y1] = view.box, cell = (x1 - x0) / CELLS, rows = Math.max(1, Math.ceil((y1 - y0) / cell));
  const grids = Array.from({length: n}, () => new Float32Array(CELLS * rows));
  const counts = new Array(n).fill(0), of = points.marker?.color ?? [];
  const step = Math.ceil(points.x.length / MOST_LOOKED_AT);
  let inside = 0;
  for (let i = 0; i < points.x.length; i += step) {
    const [x, y] = view.at(points.x[i], points.y[i]);
    if (!(x >= x0 && x < x1 && y >= y0 && y < y1)) continue;
    inside++;
    const region = of[i];
    if (!(region >= 0 && region < n)) continue;
    counts[region]++;
    grids[region][Math.floor((y - y0) / cell) * CELLS + Math.floor((x - x0) / cell)]++;
  }
  const wide = inside * step >= WIDE * points.x.length, least = Math.max(FEWEST, (wide ? SHARE.far : SHARE.near) * inside);
  const smooth = grids.map((grid) => blurred(blurred(grid, rows), rows));
  const places = smooth.map((grid, region) => {
    if (counts[region] < least) return [];
    // Where there is much of this region, and little of the others.
    const worth = grid.map((own, i) => {
      const all = smooth.reduce((sum, other) => sum + other[i], 0);
      return all ? own * own / all : 0;
    });
    return [...worth.keys()].filter((i) => worth[i] > 0).sort((a, b) => worth[b] - worth[a]).slice(0, CANDIDATES)
      .map((i) => /** @type {[number, number]} */ ([x0 + (i % CELLS + 0.5) * cell, y0 + (Math.floor(i / CELLS) + 0.5) * cell]));
  });
  return {wide, places};
}

/** @type {(grid: Float32Array, rows: number) => Float32Array} the mean of each cell and those around it */
function blurred(grid, rows) {
  return grid.map((_, i) => {
    const row = Math.floor(i / CELLS), column = i % CELLS;
    let sum = 0;
    for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, rows - 1); r++) {
      for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, CELLS - 1); c++) sum += grid[r * CELLS + c];
    }
    return sum / 9;
  });
}

/**
 * The names that find room; ``free`` says whether a box is, and ``boxes`` gains those that are taken.
 * @param {import('./contract').Regions} regions
 * @param {[x: number, y: number][][]} places
 * @param {{view: View, free: (box: Box) => boolean, boxes: Box[], family: string, measure?: typeof widthOf, grown?: number}} how
 * @returns {Label[]}
 */
export function nameRegions(regions, places, {view, free, boxes, family, measure = widthOf, grown = 1}) {
  const size = REGION_SIZE * grown;
  /** @type {Label[]} */
  const labels = [];
  const [x0, y0, x1, y1] = view.box, under = inverse(view);
  regions.names.forEach((name, i) => {
    const text = seen(name), w = measure(text, size, family) * BOLD + 8;
    for (const [px, py] of places[i] ?? []) {
      // Moved inwards where it would be cut off.
      const x = Math.min(Math.max(px, x0 + w / 2), x1 - w / 2);
      const y = Math.min(Math.max(py, y0 + size), y1 - size);
      /** @type {Box} */
      const box = [-w / 2, -0.75 * size, w / 2, 0.75 * size];
      /** @type {Box} */
      const taken = [x + box[0], y + box[1], x + box[2], y + box[3]];
      if (!free(taken)) continue;
      boxes.push(taken);
      const [dataX, dataY] = under(x, y);
      labels.push({cloud: {x: [dataX], y: [dataY]}, k: 0, text, size, position: 'middle center',
        anchor: 'middle', dx: 0, dy: size / 3, box, ahead: true, chosen: false, region: regions.colors[i]});
      break;
    }
  });
  return labels;
}

/** @type {(view: View) => (x: number, y: number) => [number, number]} from pixels of a flat view to its axes */
function inverse(view) {
  const [ax, ay] = view.at(0, 0), [bx, by] = view.at(1, 1);
  return (x, y) => [(x - ax) / (bx - ax), (y - ay) / (by - ay)];
}
