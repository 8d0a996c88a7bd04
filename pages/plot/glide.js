// The way of the points from one map of some words to another map of the same words.

import {atMoment} from './film.js';

export const TAKES = 900; // milliseconds
const MOST = 20000; // points that are moved; more are drawn at their new places at once

/** @typedef {import('./types').Trace} Trace */
/** @typedef {import('./types').Ranges} Ranges */

/** Whether the person asked for as little motion as possible. */
export const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/**
 * Whether both traces are the same words, told by their rows and how often they occur.
 * @param {Trace | undefined} before
 * @param {Trace} after
 */
export function sameWords(before, after) {
  const a = before?.customdata, b = after.customdata;
  if (!before || !a || !b || a.length !== b.length || a.length > MOST || before.z || after.z) return false;
  for (let i = 0; i < b.length; i++) if (a[i][0] !== b[i][0] || a[i][1] !== b[i][1]) return false;
  return true;
}

/**
 * Where points have to lie in other ranges so that they seem to stay where they are.
 * @param {Trace} points
 * @param {Ranges} now
 * @param {Ranges} then
 * @returns {{x: Float64Array, y: Float64Array}}
 */
export function inRanges(points, now, then) {
  /** @type {(values: import('./types').Numbers, from: number[], to: number[]) => Float64Array} */
  const moved = (values, from, to) => Float64Array.from(values,
    (v) => to[0] + (v - from[0]) / (from[1] - from[0]) * (to[1] - to[0]));
  return {x: moved(points.x, now.x, then.x), y: moved(points.y, now.y, then.y)};
}

/**
 * The traces on their way, as a function of the share that is done.
 * @param {Trace[]} traces where they are going
 * @param {{x: Float64Array, y: Float64Array}} from where the points come from
 * @returns {(share: number) => Trace[]}
 */
export function gliding(traces, from) {
  const frames = [from, traces[0]].map(({x, y}) => ({name: '', data: [{x: Array.from(x), y: Array.from(y)}], traces: [0]}));
  const resting = traces.map((trace) => (trace.type === 'contour' ? {...trace, visible: false} : trace));
  return (share) => (share >= 1 ? traces : atMoment(resting, frames, share * share * (3 - 2 * share)));
}
