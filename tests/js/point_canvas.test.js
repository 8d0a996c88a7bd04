import assert from 'node:assert/strict';
import {test} from 'node:test';

import {along} from '../../pages/plot/point_canvas.js';

test('a picture of one range lies where another range has its ends', () => {
  assert.deepEqual(along([0, 10], [0, 10], 500), [1, 0]);
  assert.deepEqual(along([0, 10], [-2, 8], 500), [1, 100], 'moved to the right');
  const [scale, offset] = along([0, 10], [2, 4], 500); // five times as large; its left end out of sight
  assert.deepEqual([scale, offset, offset + scale * 500], [5, -500, 2000]);
});
