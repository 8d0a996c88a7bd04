// A first sketch of a flat map: points and labels, shown while the drawing library is still loading.

import {chooseLabels, drawLabels, drawMarks, moveLabels, SVG} from './labels.js';
import {lookOf} from './theme.js';

const QUIET = '#8A94A6';
const MOST_ROUND = 15000; // of more points, the sketch has squares, which take less time

/**
 * Draw the sketch over the plot; returns whether that was possible.
 * @param {HTMLElement} el
 * @param {import('./types').Figure} figure
 * @param {{height: number, ranges: import('./types').Ranges | null, grown?: number}} how
 */
export function sketch(el, {data, layout}, {height, ranges, grown = 1}) {
  const meta = layout.meta, spec = meta?.labels;
  if (!meta || !spec) return false;
  const points = data[spec.points], marker = points.marker;
  if (points.z || !layout.xaxis?.range || !layout.yaxis?.range) return false;
  const width = el.clientWidth;
  const {l, r, t, b} = {...layout.template?.layout?.margin, ...layout.margin};
  const w = width - l - r, h = height - t - b;
  const [x0, x1] = ranges?.x ?? layout.xaxis.range, [y0, y1] = ranges?.y ?? layout.yaxis.range;
  /** @type {import('./types').View} */
  const view = {box: [l, t, l + w, t + h],
    at: (x, y) => [l + (x - x0) / (x1 - x0) * w, t + (y1 - y) / (y1 - y0) * h]};
  removeSketch(el);
  const canvas = document.createElement('canvas'), svg = document.createElementNS(SVG, 'svg');
  canvas.setAttribute('class', 'w2v-sketch');
  svg.setAttribute('class', 'w2v-sketch w2v-labels');
  [canvas.width, canvas.height] = [width, height];
  svg.style.cssText = `width:${width}px;height:${height}px`;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.beginPath();
  pen.rect(l, t, w, h);
  pen.clip();
  pen.globalAlpha = marker.opacity ?? 1;
  for (let i = points.x.length - 1; i >= 0; i--) {
    const size = marker.size?.[i] ?? marker.size ?? 6, [x, y] = view.at(points.x[i], points.y[i]);
    pen.fillStyle = colourOf(marker, i);
    if (points.x.length > MOST_ROUND) { pen.fillRect(x - size / 2, y - size / 2, size, size); continue; }
    pen.beginPath();
    pen.arc(x, y, size / 2, 0, 7);
    pen.fill();
  }
  el.before(canvas, svg);
  const clouds = data.slice(spec.points, spec.points + (meta.map?.clouds ?? 1)), look = lookOf(el);
  const labels = chooseLabels(clouds, {...meta, labels: spec}, view, {inSpace: false, family: look.family, grown});
  drawLabels(svg, labels, {...look, inSpace: false, second: clouds[1], grown});
  const {rings = 0, lines = false} = meta.map ?? {};
  drawMarks(svg, rings ? {cloud: points, marks: spec.first.slice(0, rings), lines} : null, view, grown);
  moveLabels(labels, view);
  return true;
}

/** @param {HTMLElement} el */
export function removeSketch(el) {
  for (const one of el.parentElement?.querySelectorAll('.w2v-sketch') ?? []) one.remove();
}

/**
 * The colour of one point; on a colour scale, that of the nearest step below.
 * @param {any} marker
 * @param {number} i
 * @returns {string}
 */
export function colourOf(marker, i) {
  if (typeof marker.color === 'string') return marker.color;
  const scale = marker.colorscale;
  if (!scale) return marker.color?.[i] ?? QUIET;
  const share = (marker.color[i] - marker.cmin) / (marker.cmax - marker.cmin);
  return scale.findLast((/** @type {[number, string]} */ [from]) => from <= share)?.[1] ?? scale[0][1];
}
