import assert from 'node:assert/strict';
import {test} from 'node:test';

import {alongArrows, atMoment, layoutAt} from '../../pages/plot/film.js';

const points = {x: [0, 10, 20], y: [0, 0, 0], customdata: [[4, 9], [5, 9], [6, 9]], name: 'words'};
const ring = {x: [20], y: [0], customdata: [[6, 9]], name: 'ring'};
const legend = {x: [null], y: [null], name: 'legend'};
const frames = [0, 1, 2].map((k) => ({name: String(5 * k), traces: [0],
  data: [{x: Float32Array.of(k, 10 + k, 20 + k), y: Float32Array.of(-k, -k, -k)}]}));

test('between two passes every point lies between its two places', () => {
  const [moved] = atMoment([points], frames, 0.25);
  assert.deepEqual([...moved.x], [0.25, 10.25, 20.25]);
  assert.deepEqual([...moved.y], [-0.25, -0.25, -0.25]);
  assert.equal(moved.name, 'words');
});

test('at a pass, the last one too, points lie where it has them', () => {
  assert.deepEqual([...atMoment([points], frames, 1)[0].x], [1, 11, 21]);
  assert.deepEqual([...atMoment([points], frames, 2)[0].x], [2, 12, 22]);
});

test('what names a row of the points goes with it', () => {
  const [, moved, still] = atMoment([points, ring, legend], frames, 1.5);
  assert.deepEqual([moved.x, moved.y], [[21.5], [-1.5]]);
  assert.equal(still, legend);
  const [, gap] = atMoment([points, {...ring, x: [20, NaN], customdata: [[6, 6], [-1, -1]]}], frames, 1);
  assert.deepEqual(gap.x, [21, null], 'a pen that is lifted stays so');
});

test('frames of several traces move each of them, and lines keep their gaps', () => {
  const several = [0, 4].map((to) => ({name: String(to), traces: [1, 0],
    data: [{x: [0, null, to], y: [to, NaN, 0]}, {x: [to], u: [to]}]}));
  const [first, second] = atMoment([{x: [9], u: [9], v: [9], name: 'cone'}, {x: [], y: [], name: 'line'}], several, 0.5);
  assert.deepEqual(first, {x: [2], u: [2], v: [9], name: 'cone'});
  assert.deepEqual(second, {x: [0, null, 2], y: [2, null, 0], name: 'line'});
});

test('callouts follow the words of a film, other notes stay', () => {
  const layout = {annotations: [{text: 'title', x: 7, y: 7}, {text: 'a', x: 0, y: 0}],
    meta: {film: {words: 0}, callouts: {first: 1, gaps: [3]}}};
  assert.deepEqual(layoutAt(layout, [{x: [5], y: [6]}]).annotations.map(({x, y}) => [x, y]), [[7, 7], [5, 6]]);
  const plain = {annotations: [], meta: {}};
  assert.equal(layoutAt(plain, []), plain);
});

test('arrows are kept clear along their length', () => {
  const all = alongArrows({x: [0, 1], y: [0, 2]});
  assert.equal(all.length, 40);
  assert.deepEqual(all[0].map((v) => Math.round(100 * v)), [6, 12]);
  assert.deepEqual(all.at(-1).map((v) => Math.round(100 * v)), [94, 188]);
  assert.equal(alongArrows({x: Array(2000).fill(0), y: Array(2000).fill(0)}).length, 5000);
});
