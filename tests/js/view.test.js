import assert from 'node:assert/strict';
import {test} from 'node:test';

import {around, closer, viewAsText, viewFromText} from '../../pages/plot/view.js';

const camera = {eye: {x: 0.5, y: 0.9, z: 0.4}, center: {x: 0, y: 0, z: 0}, up: {x: 0, y: 0, z: 1}};
const ranges = {x: [-0.9, 1.2], y: [-0.7, 0.8]};

test('the address gives back the view that it was given', () => {
  assert.deepEqual(viewFromText(viewAsText(ranges, null), false), {ranges});
  assert.deepEqual(viewFromText(viewAsText(null, camera), true), {camera});
  assert.equal(viewAsText(null, null), null);
  assert.equal(viewAsText({x: [1 / 3, 2 / 3], y: [0, 1e-9]}, null), '0.33333_0.66667_0_1e-9');
});

test('an address that says nothing of this kind of view is passed over', () => {
  for (const text of [null, '', 'x', '1_2_3', '1_2_3_x', '1_1_2_3', '1_2_3_3', '1_2_3_Infinity', viewAsText(null, camera)]) {
    assert.deepEqual(viewFromText(text, false), {}, String(text));
  }
  assert.deepEqual(viewFromText(viewAsText(ranges, null), true), {});
});

test('a word comes to the middle, at least as near as its span, and never farther than before', () => {
  const focus = {key: 'k', x: 1, y: 2, span: [4, 2]};
  assert.deepEqual(around(focus, null), {x: [-1, 3], y: [1, 3]});
  assert.deepEqual(around(focus, {x: [0, 1], y: [10, 0]}), {x: [0.5, 1.5], y: [1, 3]});
});

test('a closer look shows a part around its middle or around a word, and a wider one undoes it', () => {
  const near = closer.flat(ranges, 0.5, null);
  assert.ok(Math.abs(near.x[1] - near.x[0] - 1.05) < 1e-9 && Math.abs(near.x[0] + near.x[1] - 0.3) < 1e-9);
  const back = closer.flat(near, 2, null);
  back.x.forEach((v, i) => assert.ok(Math.abs(v - ranges.x[i]) < 1e-9));
  assert.deepEqual(closer.flat({x: [0, 2], y: [0, 2]}, 1, {x: 5, y: 0}), {x: [4, 6], y: [-1, 1]});
  assert.deepEqual(closer.inSpace({...camera, center: {x: 0, y: 0, z: 0.2}}, 0.5).eye, {x: 0.25, y: 0.45, z: 0.30000000000000004});
});
