import assert from 'node:assert/strict';
import {test} from 'node:test';

import {nearestTo, step, wishOf} from '../../pages/plot/steps.js';
import {random} from './helpers.js';

const at = (points) => (i) => points[i];

test('a step goes to the nearest word ahead, not to a nearer one aside', () => {
  const points = [[0, 0], [10, 4], [3, 9], [-6, 1], [1, -5]];
  assert.equal(step(5, at(points), 0, 'right'), 1);
  assert.equal(step(5, at(points), 0, 'down'), 2);
  assert.equal(step(5, at(points), 0, 'left'), 3);
  assert.equal(step(5, at(points), 0, 'up'), 4);
});

test('where nothing is ahead, any word on that side is taken, and at the end none', () => {
  const points = [[0, 0], [2, 9], [1, -20]];
  assert.equal(step(3, at(points), 0, 'right'), 1);
  assert.equal(step(3, at(points), 0, 'left'), null);
  assert.equal(step(1, at(points), 0, 'up'), null);
});

test('points that are not drawn are passed over', () => {
  const points = [[0, 0], [NaN, NaN], [50, 0]];
  assert.equal(step(3, at(points), 0, 'right'), 2);
  assert.equal(nearestTo(3, at(points), [1, 1]), 0);
  assert.equal(nearestTo(1, at([[NaN, NaN]]), [0, 0]), null);
});

test('every word of a map is reached by steps', () => {
  const next = random(1), points = Array.from({length: 200}, () => [next() * 900, next() * 560]);
  const reached = new Set([0]), open = [0];
  while (open.length) {
    const from = open.pop();
    for (const direction of ['left', 'right', 'up', 'down']) {
      const to = step(points.length, at(points), from, direction);
      if (to !== null && !reached.has(to)) { reached.add(to); open.push(to); }
    }
  }
  assert.equal(reached.size, points.length);
});

test('a key asks for one thing, and shortcuts of the browser for none', () => {
  const pressed = (key, held = {}) => wishOf({key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held});
  assert.deepEqual(pressed('ArrowLeft'), {step: 'left'});
  assert.ok(pressed('+').zoom < 1 && pressed('-').zoom > 1);
  assert.equal(pressed('+').zoom * pressed('-').zoom, 1);
  assert.deepEqual(pressed('Enter', {shiftKey: true}), {select: true, add: true});
  assert.deepEqual(pressed('Escape'), {release: true});
  for (const key of ['Tab', 'a', 'PageDown']) assert.equal(pressed(key), null);
  for (const held of ['ctrlKey', 'metaKey', 'altKey']) assert.equal(pressed('ArrowLeft', {[held]: true}), null);
});
