import assert from 'node:assert/strict';
import {test} from 'node:test';

import {gliding, inRanges, sameWords} from '../../pages/plot/glide.js';

const points = (x, y, counts = [9, 5, 2]) => ({x: Float32Array.from(x), y: Float32Array.from(y),
  customdata: counts.map((count, row) => [row, count])});

test('words are the same where their rows and their counts are', () => {
  const one = points([0, 1, 2], [0, 0, 0]);
  assert.equal(sameWords(one, points([5, 6, 7], [1, 1, 1])), true);
  assert.equal(sameWords(one, points([5, 6, 7], [1, 1, 1], [9, 5, 3])), false); // another model
  assert.equal(sameWords(one, points([5, 6], [1, 1], [9, 5])), false);
  assert.equal(sameWords(one, {...points([5, 6, 7], [1, 1, 1]), z: [0, 0, 0]}), false);
  assert.equal(sameWords(undefined, one), false);
});

test('in other ranges points begin where they were seen', () => {
  const {x, y} = inRanges(points([0, 1, 2], [-1, 0, 1]), {x: [0, 2], y: [-1, 1]}, {x: [-50, 50], y: [0, 10]});
  assert.deepEqual([...x], [-50, 0, 50]);
  assert.deepEqual([...y], [0, 5, 10]);
});

test('on the way every mark goes with its word, contours wait, and the end is exact', () => {
  const there = points([10, 20, 30], [0, 0, 0]);
  const ring = {x: [20], y: [0], customdata: [[1, 5]]}, contour = {type: 'contour', x: [0], y: [0]};
  const traces = [there, ring, contour], way = gliding(traces, {x: [0, 0, 0], y: [4, 4, 4]});
  assert.deepEqual([...way(0)[0].x], [0, 0, 0]);
  const half = way(0.5);
  assert.deepEqual([...half[0].x], [5, 10, 15]);
  assert.deepEqual([half[1].x, half[1].y], [[10], [2]]);
  assert.equal(half[2].visible, false);
  assert.equal(way(1), traces);
});
