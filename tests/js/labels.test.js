import assert from 'node:assert/strict';
import {test} from 'node:test';

import {chooseLabels, cloudsOf} from '../../pages/plot/labels.js';
import {boxOf, measure, random, view} from './helpers.js';

const N = 400;

function cloud(seed) {
  const next = random(seed);
  return {x: Float32Array.from({length: N}, next), y: Float32Array.from({length: N}, next),
    text: Array.from({length: N}, (_, i) => `word${'o'.repeat(i % 9)}${i}`), marker: {size: 6}};
}

const meta = (first, rings, most = 150) => ({labels: {points: 0, trace: 1, first}, map: {clouds: 1, rings, most}});
const how = {inSpace: false, family: 'sans-serif', measure};

test('no label lies on another, on a mark, outside the picture, or on the legend', () => {
  const legend = [700, 0, 900, 120];
  const labels = chooseLabels([cloud(1)], meta([7, 8, 9], 3), view, {...how, taken: [legend]});
  assert.ok(labels.length > 60, `${labels.length} labels`);
  const boxes = labels.map((one) => boxOf(one, view));
  boxes.forEach((a, i) => {
    assert.ok(a[0] >= 0 && a[1] >= 0 && a[2] <= 900 && a[3] <= 560, labels[i].text);
    for (const b of [legend, ...boxes.slice(0, i)]) {
      assert.ok(a[2] <= b[0] || a[0] >= b[2] || a[3] <= b[1] || a[1] >= b[3], labels[i].text);
    }
  });
});

test('the selected word comes first and is larger; it is labelled even where it finds no room', () => {
  const [label] = chooseLabels([cloud(2)], meta([300, 5], 2), view, {...how, taken: [[0, 0, 900, 560]]});
  assert.deepEqual([label.k, label.chosen, label.size], [300, true, 16]);
  assert.equal(chooseLabels([cloud(2)], meta([5], 0), view, {...how, taken: [[0, 0, 900, 560]]}).length, 0);
});

test('there are as many as wanted, fewer in space, and the words that come first are among them', () => {
  assert.equal(chooseLabels([cloud(3)], meta([], 0, 20), view, how).length, 20);
  assert.equal(chooseLabels([cloud(3)], meta([], 0, 150), view, {...how, inSpace: true}).length, 45);
  const few = chooseLabels([cloud(3)], meta([399, 398], 0, 2), view, how);
  assert.deepEqual(few.map((one) => one.k), [399, 398]);
  assert.equal(chooseLabels([cloud(3)], meta([], 0, 0), view, how).length, 0);
});

test('two clouds take turns', () => {
  const clouds = [cloud(4), cloud(5)];
  const labels = chooseLabels(clouds, {...meta([], 0, 20), map: {clouds: 2, rings: 0, most: 20}}, view, how);
  assert.ok(labels.filter((one) => one.cloud === clouds[0]).length >= 5);
  assert.ok(labels.filter((one) => one.cloud === clouds[1]).length >= 5);
});

test('points that are zoomed away have no label', () => {
  const right = {...view, at: (x, y) => [x * 900 - 450, y * 560]};
  const labels = chooseLabels([cloud(6)], meta([], 0), right, how);
  assert.ok(labels.length > 5 && labels.every((one) => one.cloud.x[one.k] >= 0.5));
});

test('the clouds of a figure are those that its meta names', () => {
  const data = ['rest', 'V', 'U', 'labels'];
  assert.deepEqual(cloudsOf({data, layout: {meta: {labels: {points: 1, trace: 3, first: []}, map: {clouds: 2}}}}), ['V', 'U']);
  assert.deepEqual(cloudsOf({data, layout: {meta: {labels: {points: 1, trace: 3, first: []}}}}), ['V']);
  assert.equal(cloudsOf({data, layout: {}}), null);
  assert.equal(cloudsOf(null), null);
});
