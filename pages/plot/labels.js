// Labels of a cloud of points: the most important first, without overlaps. They are in a separate layer,
// so that placing and moving them does not redraw the points.

import {width as widthOf} from './measure.js';
import {nameRegions, regionsInView} from './regions.js';
import {seen} from './text.js';

export const SVG = 'http://www.w3.org/2000/svg';
const FONT = 12, MOST = 150, MOST_TRIED = 20000, MOST_IN_SPACE = 45, QUIET = '#8A94A6';

/** @typedef {import('./types').Label} Label */
/** @typedef {import('./types').Box} Box */
/** @typedef {import('./types').Trace} Trace */
/** @typedef {import('./types').View} View */

/**
 * The traces whose points may have labels; null if the figure has no labels.
 * @param {import('./types').Figure | null} figure
 */
export function cloudsOf(figure) {
  const meta = figure?.layout.meta;
  if (!figure || !meta?.labels) return null;
  const {points} = meta.labels;
  return figure.data.slice(points, points + (meta.map?.clouds ?? 1));
}

/**
 * Choose which labels are shown, and on which side of their points. While most points are in view the names of
 * regions come before those of words, closer up the words come first.
 * @param {Trace[]} clouds
 * @param {import('./contract').Meta & {labels: import('./contract').Labels}} meta
 * @param {View} view
 * @param {{inSpace: boolean, family: string, taken?: Box[],
 *   measure?: (text: string, size: number, family: string) => number, grown?: number}} how
 *   ``taken``: boxes that no label may cover; ``grown``: by how much labels and marks are larger than usual
 * @returns {Label[]}
 */
export function chooseLabels(clouds, meta, view, {inSpace, family, taken = [], measure = widthOf, grown = 1}) {
  const spec = meta.labels, first = spec.first, priority = new Set(first);
  const {rings, most: wanted} = meta.map ?? {rings: first.length, most: MOST};
  const most = inSpace ? Math.min(wanted, MOST_IN_SPACE) : wanted;
  const n = clouds[0].x.length, all = n * clouds.length;
  const [x0, y0, x1, y1] = view.box, boxes = [...taken];
  /** @type {Label[]} */
  const labels = [];
  // Labels must not cover the marks of the selected word and its nearest words either.
  first.slice(0, rings).forEach((i, order) => {
    const cloud = clouds[Math.floor(i / n)], r = grown * (order ? 4 : 7);
    const [x, y] = view.at(cloud.x[i % n], cloud.y[i % n], cloud.z?.[i % n]);
    boxes.push([x - r, y - r, x + r, y + r]);
  });
  /** @param {Box} b */
  const free = (b) => b[0] >= x0 && b[1] >= y0 && b[2] <= x1 && b[3] <= y1 &&
    !boxes.some((o) => o[0] < b[2] && o[2] > b[0] && o[1] < b[3] && o[3] > b[1]);
  const tried = new Set();
  /** @param {number} i */
  const tryPoint = (i) => {
    if (tried.has(i)) return;
    tried.add(i);
    const cloud = clouds[Math.floor(i / n)], k = i % n;
    const [x, y] = view.at(cloud.x[k], cloud.y[k], cloud.z?.[k]);
    if (!(x >= x0 && x <= x1 && y >= y0 && y <= y1)) return;
    const chosen = rings > 0 && i === first[0], ahead = priority.has(i);
    const size = grown * (chosen ? FONT + 4 : ahead ? FONT + 1 : FONT);
    const text = seen(cloud.text?.[k]);
    const own = cloud.marker?.size, dot = typeof own === 'number' ? own : own?.[k] ?? 5;
    const away = Math.max(grown * (chosen ? 9 : ahead ? 6 : 3), dot / 2 + 1) + 1;
    const w = measure(text, size, family) + 4;
    // Baselines above, below and beside; a line reaches about 1 above and a third below it.
    const beside = size / 3, above = -away - size / 4, below = away + 0.85 * size;
    /** @type {(left: number, base: number) => Box} */
    const box = (left, base) => [x + left, y + base - size, x + left + w, y + base + size / 3];
    /** @type {[string, Label['anchor'], number, number, Box][]} */
    const places = [
      ['top center', 'middle', 0, above, box(-w / 2, above)],
      ['bottom center', 'middle', 0, below, box(-w / 2, below)],
      ['middle right', 'start', away, beside, box(away, beside)],
      ['middle left', 'end', -away, beside, box(-away - w, beside)],
    ];
    const found = places.find((place) => free(place[4])) ?? (chosen ? places[0] : null);
    if (!found) return;
    const [position, anchor, dx, dy, taking] = found;
    boxes.push(taking);
    /** @type {Box} */
    const around = [taking[0] - x, taking[1] - y, taking[2] - x, taking[3] - y];
    labels.push({cloud, k, text, size, position, anchor, dx, dy, box: around, ahead, chosen});
  };
  const {regions} = meta, seenOf = regions && !inSpace ? regionsInView(clouds[0], regions.names.length, view) : null;
  const regionNames = () => (regions && seenOf ? nameRegions(regions, seenOf.places, {view, free, boxes, family, measure, grown}) : []);
  if (most > 0 || first.length) first.forEach(tryPoint);
  const led = labels.length, early = seenOf?.wide ? regionNames() : [], room = Math.max(most, led);
  // Clouds alternate, the most frequent words of each first.
  let left = MOST_TRIED; // of the points in sight
  for (let t = 0; t < all && left > 0 && labels.length < room; t++) {
    const cloud = clouds[t % clouds.length], k = Math.floor(t / clouds.length);
    const [x, y] = view.at(cloud.x[k], cloud.y[k], cloud.z?.[k]);
    if (!(x >= x0 && x <= x1 && y >= y0 && y <= y1)) continue;
    left--;
    tryPoint((t % clouds.length) * n + k);
  }
  const late = seenOf && !seenOf.wide ? regionNames() : [];
  return [...labels.slice(0, led), ...early, ...labels.slice(led), ...late];
}

/**
 * Draw labels into their layer, replacing the previous ones.
 * @param {SVGElement} svg
 * @param {Label[]} labels
 * @param {{ink: string, ground: string, family: string, inSpace: boolean, second?: Trace, grown?: number}} look
 *   ``second``: the cloud whose labels are in italics
 */
export function drawLabels(svg, labels, {ink, ground, family, inSpace, second, grown = 1}) {
  svg.replaceChildren();
  for (const label of labels) {
    const group = document.createElementNS(SVG, 'g'), text = document.createElementNS(SVG, 'text');
    text.textContent = label.text;
    text.setAttribute('text-anchor', label.anchor);
    text.setAttribute('x', String(label.dx));
    text.setAttribute('y', String(label.dy));
    text.style.cssText = `font-size:${label.size}px;fill:${ink};stroke:${ground}`;
    text.style.fontFamily = family;
    if (second && label.cloud === second) text.style.fontStyle = 'italic';
    if (label.region) {
      text.setAttribute('class', 'region');
      text.style.fill = `color-mix(in oklab, ${label.region} 55%, ${ink})`;
    }
    if (!label.ahead || (label.chosen && inSpace)) { // in 3-D other points may cover Plotly's ring
      const ring = document.createElementNS(SVG, 'circle');
      ring.setAttribute('r', String(grown * (label.chosen ? 7.5 : 3)));
      if (label.chosen) ring.setAttribute('class', 'chosen');
      else ring.style.stroke = QUIET;
      group.append(ring);
    }
    group.append(text);
    svg.append(group);
    label.node = group;
  }
}

/**
 * Move labels with their points while the view moves. Those that would come to lie on a more important one
 * are hidden until labels are placed again.
 * @param {Label[]} labels the most important first
 * @param {View} view
 */
export function moveLabels(labels, view) {
  const [x0, y0, x1, y1] = view.box;
  /** @type {Box[]} */
  const taken = [];
  for (const {cloud, k, box, node} of labels) {
    const [x, y] = view.at(cloud.x[k], cloud.y[k], cloud.z?.[k]);
    /** @type {Box} */
    const b = [x + box[0], y + box[1], x + box[2], y + box[3]];
    const visible = x >= x0 && x <= x1 && y >= y0 && y <= y1
      && !taken.some((o) => o[0] < b[2] && o[2] > b[0] && o[1] < b[3] && o[3] > b[1]);
    // Not only invisible: it would keep its box at its old place.
    if (node) node.style.display = visible ? '' : 'none';
    if (!visible) continue;
    taken.push(b);
    node?.setAttribute('transform', `translate(${x.toFixed(1)},${y.toFixed(1)})`);
  }
}

/**
 * Mark a word and its nearest words until Python has drawn them.
 * @param {SVGElement} svg
 * @param {import('./types').Marks | null} marked
 * @param {View} view
 * @param {number} [grown]
 */
export function drawMarks(svg, marked, view, grown = 1) {
  svg.querySelector('.w2v-marks')?.remove();
  if (!marked) return;
  const {cloud, marks, lines} = marked, group = document.createElementNS(SVG, 'g');
  group.setAttribute('class', 'w2v-marks');
  const [[x0, y0], ...near] = marks.map((k) => view.at(cloud.x[k], cloud.y[k], cloud.z?.[k]));
  /** @type {(name: string, attributes: {[name: string]: string | number}) => void} */
  const add = (name, attributes) => {
    const one = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, String(value));
    group.append(one);
  };
  if (lines) for (const [x, y] of near) add('line', {x1: x0, y1: y0, x2: x, y2: y});
  const r = 6 * grown;
  for (const [x, y] of near) add('path', {d: `M${x} ${y - r}l${r} ${r}l${-r} ${r}l${-r}-${r}z`});
  add('circle', {cx: x0, cy: y0, r: 7.5 * grown});
  svg.prepend(group);
}
