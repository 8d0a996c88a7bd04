import assert from 'node:assert/strict';
import {test} from 'node:test';

import {cornersOf, nearestPoint, pointsInside} from '../../pages/plot/point_index.js';
import {KDBush} from '../../pages/plot/vendored/libraries.js';
import {random} from './helpers.js';

const N = 3000, next = random(4);
const cloud = {x: Float32Array.from({length: N}, next), y: Float32Array.from({length: N}, next)};
const index = new KDBush(N);
for (let k = 0; k < N; k++) index.add(cloud.x[k], cloud.y[k]);
index.finish();

// The axes go from 0 to 1; x is stretched.
const view = {box: [50, 20, 950, 320], ranges: {x: [0, 1], y: [0, 1]}};
const at = (k) => [50 + 900 * cloud.x[k], 20 + 300 * (1 - cloud.y[k])];

test('the nearest point in pixels is found, as by looking at all of them', () => {
  for (let i = 0; i < 200; i++) {
    const place = [50 + 900 * next(), 20 + 300 * next()];
    const far = Array.from({length: N}, (_, k) => Math.hypot(at(k)[0] - place[0], at(k)[1] - place[1]));
    const least = Math.min(...far), found = nearestPoint(index, cloud, place, view, 20);
    if (least > 20) assert.equal(found, null);
    else assert.ok(found && Math.abs(found.far - least) < 1e-3 && Math.abs(far[found.k] - least) < 1e-3);
  }
});

test('no point is found farther away than the reach', () => {
  assert.equal(nearestPoint(index, cloud, [50 + 900 * 3, 20], view, 20), null);
  const [x, y] = at(17);
  assert.equal(nearestPoint(index, cloud, [x, y], view, 20)?.k, 17);
});

test('a lasso holds what lies inside it, also where it is not convex', () => {
  const u = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.7, 0.9], [0.7, 0.3], [0.3, 0.3], [0.3, 0.9], [0.1, 0.9]];
  const inU = (x, y) => x > 0.1 && x < 0.9 && y > 0.1 && y < 0.9 && !(x > 0.3 && x < 0.7 && y > 0.3);
  const expected = [...Array(N).keys()].filter((k) => inU(cloud.x[k], cloud.y[k]));
  assert.ok(expected.length > 500);
  assert.deepEqual(pointsInside(index, cloud, u), expected);
});

test('box and lasso become corners, and what is neither becomes none', () => {
  const corners = [[1, 3], [2, 3], [2, 4], [1, 4]];
  assert.deepEqual(cornersOf({range: {x: [1, 2], y: [3, 4]}}), corners);
  assert.deepEqual(cornersOf({lassoPoints: {x: [1, 2, 2], y: [3, 3, 4]}}), corners.slice(0, 3));
  assert.equal(cornersOf(undefined), null);
  assert.equal(cornersOf({}), null);
});
