import assert from 'node:assert/strict';
import {test} from 'node:test';

import {coloursOf, endsOf, fading, fewerPoints, isLarge, LARGE_FROM, pointsWithin, withStandIns} from '../../pages/plot/large_points.js';

/** A flat map of n points in a row, with rings and the trace of labels, as Python draws it. */
function map(n, {clouds = 1, type = 'scattergl', first = []} = {}) {
  const cloud = (name) => ({type, mode: 'markers', name, x: Float32Array.from({length: n}, (_, i) => i), y: new Float32Array(n),
    text: Array.from({length: n}, (_, i) => `w${i}`), customdata: Array.from({length: n}, (_, i) => [i, 9]),
    marker: {size: 4, opacity: 0.35, color: Float32Array.from({length: n}, (_, i) => i), cmin: 0, cmax: n - 1, showscale: true,
      colorscale: [[0, '#000000'], [1, '#ffffff']]}});
  return {data: [...Array.from({length: clouds}, (_, i) => cloud(`cloud ${i}`)), {type: 'scatter', name: 'rings', x: [1], y: [0]}],
    layout: {meta: {labels: {points: 0, trace: clouds, first}, map: {clouds, rings: first.length, most: 150}}}};
}

test('a map is large from so many points of all its clouds on, if it is flat and has labels', () => {
  assert.equal(isLarge(map(LARGE_FROM)), true);
  assert.equal(isLarge(map(LARGE_FROM - 1)), false);
  assert.equal(isLarge(map(LARGE_FROM / 2, {clouds: 2})), true);
  assert.equal(isLarge(map(LARGE_FROM, {type: 'scatter3d'})), false);
  assert.equal(isLarge({data: map(LARGE_FROM).data, layout: {}}), false);
});

test('stand-ins keep the axes and the scale, and everything else stays the same', () => {
  const {data} = map(500), [stand, rings] = withStandIns(data, [data[0]]);
  assert.deepEqual([stand.x, stand.y, stand.type, stand.marker.opacity], [[0, 499], [0, 0], 'scatter', 0]);
  const {cmin, cmax, showscale, color} = stand.marker;
  assert.deepEqual([cmin, cmax, showscale, color], [0, 499, true, [0, 499]]);
  assert.equal(rings, data[1]);
  assert.deepEqual(endsOf([NaN, 3, -2, NaN]), [-2, 3]);
});

test('numbers take their colours from the scale, groups theirs without a mixture', () => {
  const grey = coloursOf({color: [0, 50, 100, 1000, -5], cmin: 0, cmax: 100, colorscale: [[0, '#000000'], [1, '#ffffff']]});
  const reds = [0, 1, 2, 3, 4].map((i) => grey[4 * i]);
  assert.ok(reds[0] <= 1 && Math.abs(reds[1] - 128) <= 1 && reds[2] >= 254 && reds[3] >= 254 && reds[4] <= 1, reds.join());
  assert.equal(grey[3], 255);
  // As Python has them: −1 for none, 0 and 1 for groups.
  const scale = [[0, '#8A94A6'], [1 / 3, '#8A94A6'], [1 / 3, '#0072B2'], [2 / 3, '#0072B2'], [2 / 3, '#E69F00'], [1, '#E69F00']];
  const groups = coloursOf({color: Float32Array.of(-1, 0, 1), cmin: -1.5, cmax: 1.5, colorscale: scale});
  assert.deepEqual([...groups], [0x8A, 0x94, 0xA6, 255, 0x00, 0x72, 0xB2, 255, 0xE6, 0x9F, 0x00, 255]);
  assert.deepEqual([...coloursOf({color: '#0072B2'})], [0, 0x72, 0xB2, 255], 'one for all');
});

test('points fade where very many are in sight, and only there', () => {
  const cloud = {x: [0, 1, 2, NaN], y: [0, 1, 2, 0]};
  assert.equal(pointsWithin(cloud, {x: [0.5, 3], y: [0, 3]}), 2);
  assert.deepEqual(fading(1000), {opacity: 1, size: 1});
  const {opacity, size} = fading(160000);
  assert.ok(opacity === 0.5 && size < 1 && size >= 0.75);
});

test('of too many points for SVG the first stay, and those that are marked, in their places among the labels', () => {
  const {data: [one, two, rings], layout} = fewerPoints(map(1000, {clouds: 2, first: [700, 3, 1700, 1999]}), 10);
  assert.equal(one.type, 'scatter');
  assert.deepEqual([...one.text], ['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9', 'w700', 'w999']);
  assert.deepEqual([...one.x].slice(-2), [700, 999]);
  assert.deepEqual([...one.marker.color].slice(-2), [700, 999]);
  assert.deepEqual([two.x.length, two.customdata.at(-1)[0], rings.x.length], [12, 999, 1]);
  assert.deepEqual(layout.meta.labels.first, [10, 3, 12 + 10, 12 + 11]);
});
