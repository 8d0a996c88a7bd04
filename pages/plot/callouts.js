// Labels beside their points, in places that are free at the figure's real size and zoom. Python's
// w2v_core/figures/callouts.py uses the same search for figures outside the app and supplies its numbers;
// tests/unit/test_javascript.py checks that both find the same places.

import {alongArrows} from './film.js';
import {width as widthOf} from './measure.js';
import {seen} from './text.js';

const QUIET = '#8A94A6';

/** @typedef {import('./types').Note} Note */
/** @typedef {import('./contract').Callouts} Callouts */

/**
 * All annotations of a figure, with its callouts in free places; null if it has none.
 * @param {import('./types').Figure} figure
 * @param {import('./types').View} view
 * @param {(text: string, size: number, family: string) => number} measure
 * @returns {Note[] | null}
 */
export function placeCallouts({data, layout}, view, measure = widthOf) {
  const spec = layout.meta?.callouts;
  if (!spec || !layout.annotations) return null;
  const family = layout.font?.family ?? 'sans-serif';
  const notes = layout.annotations.map((note) => ({...note}));
  const own = notes.slice(spec.first, spec.first + spec.gaps.length);
  const moving = layout.meta?.film && data[layout.meta.film.words];
  if (moving) own.forEach((note, i) => Object.assign(note, {x: moving.x[i], y: moving.y[i]}));
  const found = search(own.map((note) => view.at(note.x, note.y)), spec, {
    box: view.box,
    sizes: own.map((note) => [measure(seen(note.text), note.font.size, family), note.font.size]),
    obstacles: (moving ? alongArrows(moving) : spec.obstacles).map(([x, y]) => view.at(x, y)),
  });
  own.forEach((note, i) => {
    const place = found[i];
    if (place === null) return; // outside the view
    note.visible = place.visible;
    if (!place.visible) return;
    const {dx, dy, led} = place;
    Object.assign(note, {showarrow: led, xshift: led ? 0 : dx, yshift: led ? 0 : -dy, ax: dx, ay: dy,
      arrowhead: 0, arrowwidth: 0.8, arrowcolor: QUIET, standoff: 3});
  });
  notes.splice(spec.first, own.length, ...own);
  return notes;
}

/**
 * Find a place for each label, the most important first.
 * @param {[number, number][]} at where the points are, in pixels
 * @param {Callouts} spec
 * @param {{box: import('./types').Box, sizes: [width: number, size: number][], obstacles: [number, number][]}} picture
 * @returns {({dx: number, dy: number, led: boolean, visible: boolean} | null)[]}
 *   from each point to the middle of its label, y downward; null if the point is outside the view
 */
export function search(at, spec, {box: [x0, y0, x1, y1], sizes, obstacles}) {
  const how = spec.search, turn = 2 * Math.PI / how.directions;
  const ways = Array.from({length: how.directions}, (_, i) => [Math.cos(i * turn), Math.sin(i * turn)]);
  const dots = [...at.map(([x, y], i) => [x, y, Math.max(spec.gaps[i], how.clear)]),
    ...obstacles.map(([x, y]) => [x, y, how.clear])];
  /** @type {number[][]} */
  const boxes = [];
  return at.map(([px, py], i) => {
    if (!(px >= x0 - 1 && px <= x1 + 1 && py >= y0 - 1 && py <= y1 + 1)) return null;
    const [width, size] = sizes[i], half = [width / 2 + 2, size * 0.62];
    const [ax, ay] = spec.away[i], long = Math.max(Math.hypot(ax, ay), 1e-9), wish = [ax / long, -ay / long];
    let best = {dx: 0, dy: 0, b: [0, 0, 0, 0], reach: 0, covered: 0}, least = Infinity;
    for (const reach of how.reaches) {
      for (const way of ways) {
        // The reach is measured to the label's edge, not to its middle.
        const edge = 1 / Math.max(Math.abs(way[0]) / half[0], Math.abs(way[1]) / half[1], 1e-9);
        const far = spec.gaps[i] + reach + edge, dx = way[0] * far, dy = way[1] * far;
        const b = [px + dx - half[0], py + dy - half[1], px + dx + half[0], py + dy + half[1]];
        const outside = Math.max(x0 - b[0], 0) + Math.max(b[2] - x1, 0) + Math.max(y0 - b[1], 0) + Math.max(b[3] - y1, 0);
        let covered = 0, marks = 0;
        for (const o of boxes) {
          covered += Math.max(Math.min(o[2], b[2]) - Math.max(o[0], b[0]), 0) * Math.max(Math.min(o[3], b[3]) - Math.max(o[1], b[1]), 0);
        }
        for (const [x, y, r] of dots) if (x > b[0] - r && x < b[2] + r && y > b[1] - r && y < b[3] + r) marks++;
        const cost = how.covered * covered + how.marks * marks + how.outside * outside + reach
          + how.turned * (1 - way[0] * wish[0] - way[1] * wish[1]);
        if (cost < least) { least = cost; best = {dx, dy, b, reach, covered}; }
      }
      if (least < reach + how.enough) break; // no place farther away can be better
    }
    const visible = spec.keep_all || !best.covered;
    if (visible) boxes.push(best.b);
    return {dx: best.dx, dy: best.dy, led: best.reach >= how.led_from, visible};
  });
}

/**
 * The annotations with their callouts hidden, for use before these are placed.
 * @param {import('./types').Layout} layout
 */
export function withoutCallouts(layout) {
  const spec = layout.meta?.callouts;
  if (!spec) return layout.annotations;
  return layout.annotations?.map((note, i) => (i < spec.first || i >= spec.first + spec.gaps.length
    ? note : {...note, visible: false}));
}
