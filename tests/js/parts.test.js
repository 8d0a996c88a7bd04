import assert from 'node:assert/strict';
import {test} from 'node:test';

import {pack} from '../../pages/plot/arrays.js';
import {held, hold, part, wakeAll} from '../../pages/plot/parts.js';

const value = JSON.stringify({x: pack(Float32Array.of(1, 2)), words: ['a']});

test('a plot waits for its arrays and gets them unpacked', async () => {
  const waiting = part('plot-places', 'digest', () => true);
  hold({slot: 'plot-places', key: 'another', value: '{}'});
  hold({slot: 'plot-places', key: 'digest', value});
  const arrays = await waiting;
  assert.deepEqual(arrays, {x: Float32Array.of(1, 2), words: ['a']});
  assert.equal(held('plot-places', 'digest'), arrays, 'it is unpacked once');
});

test('one that is out of date stops waiting', async () => {
  let wanted = true;
  const waiting = part('never', 'digest', () => wanted);
  wanted = false;
  wakeAll();
  assert.equal(await waiting, null);
});

test('what was let go is gone, and nothing newer goes with it', () => {
  const drop = hold({slot: 'one', key: 'old', value});
  hold({slot: 'one', key: 'new', value});
  drop();
  assert.deepEqual(held('one', 'new')?.words, ['a']);
  hold({slot: 'one', key: 'new', value})();
  assert.equal(held('one', 'new'), null);
});

test('a component that is created again keeps its part when the one it replaces lets go', () => {
  const drop = hold({slot: 'again', key: 'digest', value}), dropNew = hold({slot: 'again', key: 'digest', value});
  drop();
  assert.deepEqual(held('again', 'digest')?.words, ['a']);
  dropNew();
  assert.equal(held('again', 'digest'), null);
});
