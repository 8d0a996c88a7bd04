// What large.js draws of a figure, and what it leaves to Plotly: the points as arrays for WebGL, and a figure
// with stand-ins in the place of the points.

import {cloudsOf} from './labels.js';

/** From this number of points on, large.js draws a flat map: docs/contributing.md has the measurements. */
export const LARGE_FROM = 15000;
const CROWDED = 40000; // points in sight, of more than which each fades
const SHADES = 1024; // steps into which a colour scale is divided

/** @typedef {import('./types').Trace} Trace */
/** @typedef {import('./types').Figure} Figure */

/**
 * Whether a figure is a flat map with too many points for Plotly.
 * @param {Figure} figure
 */
export function isLarge(figure) {
  const clouds = cloudsOf(figure) ?? [];
  return clouds.length > 0 && clouds.every((cloud) => cloud.type === 'scattergl' && cloud.mode === 'markers')
    && clouds.reduce((sum, cloud) => sum + cloud.x.length, 0) >= LARGE_FROM;
}

/**
 * The same traces without their points: in the place of each cloud stand two invisible ones at its corners, so
 * that axes, scales and legends stay as they are.
 * @param {Trace[]} data
 * @param {Trace[]} clouds
 * @returns {Trace[]}
 */
export function withStandIns(data, clouds) {
  return data.map((trace) => {
    if (!clouds.includes(trace)) return trace;
    const {colorscale, cmin, cmax, showscale, colorbar} = trace.marker ?? {};
    const scale = colorscale && {colorscale, cmin, cmax, showscale, colorbar, color: [cmin, cmax]};
    return {type: 'scatter', mode: 'markers', name: trace.name, showlegend: false, hoverinfo: 'skip',
      x: endsOf(trace.x), y: endsOf(trace.y), marker: {...scale, size: 1, opacity: 0}};
  });
}

/**
 * The smallest and the largest of some numbers, leaving out what is not a number.
 * @param {import('./types').Numbers} values
 * @returns {[number, number]}
 */
export function endsOf(values) {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return low <= high ? [low, high] : [0, 1];
}

/**
 * How many points of a cloud are in sight.
 * @param {Trace} cloud
 * @param {import('./types').Ranges} ranges
 */
export function pointsWithin({x, y}, {x: [x0, x1], y: [y0, y1]}) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) if (x[i] >= x0 && x[i] <= x1 && y[i] >= y0 && y[i] <= y1) sum++;
  return sum;
}

/**
 * By how much points are smaller and more transparent where very many are in sight, so that it is seen where they
 * are dense; closer up, they are as large and opaque as the figure says.
 * @param {number} inSight
 * @returns {{opacity: number, size: number}} factors
 */
export function fading(inSight) {
  const share = Math.min(1, CROWDED / Math.max(1, inSight)) ** 0.5;
  return {opacity: share, size: Math.max(0.75, share)};
}

/**
 * Red, green and blue of a colour, from 0 to 255.
 * @param {string} colour as #rrggbb
 * @returns {[number, number, number]}
 */
export function channels(colour) {
  const number = parseInt(colour.slice(1), 16);
  return [number >> 16 & 255, number >> 8 & 255, number & 255];
}

/**
 * The colours of a cloud's points, four bytes each; one colour for all of them if they do not differ. A number
 * has its colour on the scale, as in Plotly: mixed from the steps to its left and right.
 * @param {any} marker
 * @returns {Uint8Array}
 */
export function coloursOf({color, colorscale, cmin, cmax}) {
  if (typeof color === 'string' || !colorscale) return Uint8Array.of(...channels(typeof color === 'string' ? color : '#8A94A6'), 255);
  const shades = shadesOf(colorscale), n = color.length, all = new Uint8Array(4 * n), packed = new Uint32Array(all.buffer);
  const factor = SHADES / (cmax - cmin);
  for (let i = 0; i < n; i++) {
    const at = Math.floor((color[i] - cmin) * factor);
    packed[i] = shades[at > 0 ? Math.min(at, SHADES - 1) : 0];
  }
  return all;
}

/** @type {(scale: [number, string][]) => Uint32Array} */
function shadesOf(scale) {
  const bytes = new Uint8Array(4 * SHADES), steps = scale.map(([at, colour]) => ({at, rgb: channels(colour)}));
  for (let i = 0, k = 0; i < SHADES; i++) {
    const at = (i + 0.5) / SHADES;
    while (k < steps.length - 2 && steps[k + 1].at <= at) k++;
    const left = steps[k], right = steps[k + 1] ?? left, wide = right.at - left.at;
    const share = wide > 0 ? Math.min(1, Math.max(0, (at - left.at) / wide)) : 0;
    bytes.set([...left.rgb.map((v, j) => Math.round(v + share * (right.rgb[j] - v))), 255], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * A figure with few enough points for SVG: the first of each cloud, and those that are marked or labelled first.
 * @param {Figure} figure
 * @param {number} most points of each cloud
 * @returns {Figure}
 */
export function fewerPoints(figure, most) {
  const meta = figure.layout.meta, clouds = cloudsOf(figure);
  if (!clouds || !meta?.labels) return figure;
  const n = clouds[0].x.length, {first, points} = meta.labels;
  const kept = [...new Set([...Array(Math.min(n, most)).keys(), ...first.map((i) => i % n)])], at = new Map(kept.map((k, i) => [k, i]));
  /** @type {(values: any) => any} */
  const some = (values) => (values?.length === n && typeof values !== 'string' ? kept.map((k) => values[k]) : values);
  const data = figure.data.map((trace, i) => {
    if (i < points || i >= points + clouds.length) return trace;
    const marker = {...trace.marker, color: some(trace.marker?.color), size: some(trace.marker?.size)};
    return {...trace, type: 'scatter', marker,
      ...Object.fromEntries(['x', 'y', 'text', 'customdata'].map((name) => [name, some(trace[name])]))};
  });
  const moved = first.map((i) => Math.floor(i / n) * kept.length + Number(at.get(i % n)));
  return {data, layout: {...figure.layout, meta: {...meta, labels: {...meta.labels, first: moved}}}};
}
