import assert from 'node:assert/strict';
import {test} from 'node:test';

import {barsOf, marked, nearestIn, placesIn, titleOf} from '../../pages/plot/answers.js';

test('the table has each word\'s nearest and their cosines', () => {
  const table = {near: Uint16Array.of(1, 2, 0, 2, 0, 1), cosines: Int16Array.of(9000, 5000, 9000, -1, 5000, -1), k: 2, steps: 10_000};
  assert.deepEqual(nearestIn(table, 1), {near: [0, 2], cosines: [0.9, -0.0001]});
  assert.deepEqual(nearestIn(table, 2), {near: [0, 1], cosines: [0.5, -0.0001]});
  assert.equal(nearestIn({...table, cosines: Int16Array.of(0, 0, 9, 0, 0, 0)}, 0), null);
});

test('a map of some words knows where each is', () => {
  assert.equal(placesIn({x: [0, 0, 0]}, 3)(2), 2);
  const some = placesIn({x: [0, 0], customdata: [[5, 1], [7, 1]]}, 9);
  assert.deepEqual([some(7), some(5), some(6)], [1, 0, undefined]);
});

test('other words are marked, and a selection stays labelled', () => {
  const meta = {labels: {points: 0, trace: 1, first: [1, 2, 30, 4]}, map: {rings: 2, most: 9, lines: true}, callouts: 'kept'};
  assert.deepEqual(marked(meta, [8, 4, 9]), {labels: {points: 0, trace: 1, first: [8, 4, 9, 30]},
    map: {rings: 3, most: 9, lines: true}, callouts: 'kept'});
});

test('bars have their words, escaped and cut, and an axis that holds them', () => {
  const {trace, layout} = barsOf(['&lt;b&gt;', 'y'.repeat(30)], [4, 6], [0.5, 0.25]);
  assert.deepEqual(trace, {x: [[0.5, 0.25]], text: [['0.50', '0.25']],
    hovertext: [['&lt;b&gt;', 'y'.repeat(30)]], customdata: [[[4], [6]]]});
  assert.deepEqual(layout, {'yaxis.ticktext': ['&lt;b&gt;', `${'y'.repeat(17)}…`], 'xaxis.range': [0, 1]});
  assert.deepEqual(barsOf(['a'], [1], [-0.5]).layout['xaxis.range'], [-1.25, 1.25]);
});

test('the title says how often the word stands in the text, if that was counted', () => {
  const cloud = {text: ['&amp;', 'b'], customdata: [[0, 1], [1, 12345]], hovertemplate: '%{customdata[1]:,} times'};
  assert.deepEqual(titleOf(cloud, 0), ['Nearest to ', '&', ', which occurs once in the text']);
  assert.deepEqual(titleOf(cloud, 1), ['Nearest to ', 'b', ', which occurs 12,345 times in the text']);
  assert.deepEqual(titleOf({...cloud, hovertemplate: '%{text}'}, 1), ['Nearest to ', 'b', '']);
});
