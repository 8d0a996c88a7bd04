import assert from 'node:assert/strict';
import {test} from 'node:test';

import {passed} from '../../pages/plot/time_bar.js';

test('points glide from pass to pass, but jump for whoever wants little motion', () => {
  assert.equal(passed(900, 600, false), 1.5);
  assert.equal(passed(900, 600, true), 1);
  assert.equal(passed(599, 600, true), 0);
});
