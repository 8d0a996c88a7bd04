import assert from 'node:assert/strict';
import {test} from 'node:test';

import {chooseLabels, moveLabels} from '../../pages/plot/labels.js';
import {regionsInView} from '../../pages/plot/regions.js';
import {measure, random, view} from './helpers.js';

const N = 600, MIDDLES = [[0.2, 0.25], [0.75, 0.3], [0.5, 0.8]];
const NAMES = ['berlin, paris', 'cat, dog, cow', 'milk'];

/** Three heaps of points, each a region. */
function heaps(seed) {
  const next = random(seed), color = Float32Array.from({length: N}, (_, i) => i % 3);
  /** @param {number} axis */
  const places = (axis) => Float32Array.from({length: N}, (_, i) => MIDDLES[i % 3][axis] + 0.16 * (next() + next() - 1));
  return {x: places(0), y: places(1), text: Array.from({length: N}, (_, i) => `word${i}`), marker: {size: 6, color}};
}

const meta = (most = 150) => ({labels: {points: 0, trace: 1, first: []}, map: {clouds: 1, rings: 0, most},
  regions: {names: NAMES, colors: ['#0072B2', '#E69F00', '#009E73']}});
const how = {inSpace: false, family: 'sans-serif', measure};
/** @param {number} x @param {number} y the middle of a view ten times as close */
const closeUp = (x, y) => ({...view, at: (px, py) => [450 + (px - x) * 9000, 280 + (py - y) * 5600]});
const boxesOf = (labels, {at}) => labels.map(({cloud, k, box}) => {
  const [x, y] = at(cloud.x[k], cloud.y[k]);
  return [x + box[0], y + box[1], x + box[2], y + box[3]];
});
const apart = (a, b) => a[2] <= b[0] + 0.01 || a[0] >= b[2] - 0.01 || a[3] <= b[1] + 0.01 || a[1] >= b[3] - 0.01;

function assertApart(boxes) {
  boxes.forEach((a, i) => boxes.slice(0, i).forEach((b) => assert.ok(apart(a, b), `${a} lies on ${b}`)));
}

test('from afar the name of every region stands over it, and no label lies on another', () => {
  const labels = chooseLabels([heaps(1)], meta(), view, how), named = labels.filter((one) => one.region);
  assert.deepEqual(named.map((one) => one.text), NAMES);
  named.forEach(({cloud, k}, i) => {
    assert.ok(Math.hypot(cloud.x[k] - MIDDLES[i][0], cloud.y[k] - MIDDLES[i][1]) < 0.15, NAMES[i]);
  });
  assert.ok(labels.length > 40);
  assertApart(boxesOf(labels, view));
});

test('closer up the words come first, and the name of a region remains where it fits', () => {
  const near = closeUp(...MIDDLES[0]), labels = chooseLabels([heaps(2)], meta(), near, how);
  const words = chooseLabels([heaps(2)], {...meta(), regions: undefined}, near, how);
  assert.deepEqual(labels.filter((one) => !one.region).map((one) => one.text), words.map((one) => one.text));
  assert.deepEqual(labels.filter((one) => one.region).map((one) => one.text), [NAMES[0]]);
  assertApart(boxesOf(labels, near));
  const full = chooseLabels([heaps(2)], meta(), near, {...how, taken: [[0, 0, 900, 560]]});
  assert.equal(full.length, 0);
});

test('a region of which little is in view has no place for its name', () => {
  const points = heaps(3);
  points.marker.color[0] = -1; // a point of no region
  assert.deepEqual(regionsInView(points, 3, closeUp(...MIDDLES[2])).places.map((one) => one.length > 0), [false, false, true]);
  assert.equal(regionsInView(points, 3, view).wide, true);
  assert.equal(regionsInView(points, 3, closeUp(...MIDDLES[2])).wide, false);
});

test('in space regions have no names', () => {
  const points = {...heaps(4), z: new Float32Array(N)};
  assert.ok(chooseLabels([points], meta(), view, {...how, inSpace: true}).every((one) => !one.region));
});

test('while the view moves, a label that would lie on another is hidden, and so is one that leaves', () => {
  const points = heaps(5), labels = chooseLabels([points], meta(), view, how);
  for (const label of labels) label.node = {style: {display: ''}, setAttribute: () => {}};
  const shown = () => labels.filter((one) => one.node.style.display !== 'none');
  moveLabels(labels, view);
  assert.equal(shown().length, labels.length);
  const far = {...view, at: (x, y) => [300 + x * 300, 180 + y * 187]};
  moveLabels(labels, far);
  assert.ok(shown().length < labels.length && shown()[0] === labels[0]);
  assertApart(boxesOf(shown(), far));
  const near = closeUp(...MIDDLES[0]);
  moveLabels(labels, near);
  assert.ok(shown().length < labels.length / 2 && shown().length > 0);
  moveLabels(labels, view);
  assert.equal(shown().length, labels.length);
});
