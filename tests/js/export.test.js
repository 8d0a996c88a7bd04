import assert from 'node:assert/strict';
import {test} from 'node:test';

import {asSeen} from '../../pages/plot/export.js';

const cloud = {x: [1, 2], y: [3, 4], z: [5, 6], text: ['a', 'b'], type: 'scattergl'};
const label = {cloud, k: 1, text: '<b>', size: 13, position: 'middle right', anchor: 'start', dx: 4, dy: -6};
const figure = {data: [cloud, {visible: false, textfont: {color: 'red'}, x: []}],
  layout: {width: 5, height: 6, font: {size: 13}, meta: {labels: {points: 0, trace: 1, first: []}}, xaxis: {title: 't'}}};
const now = {labels: [label], ground: '#fff', inSpace: false, ranges: {x: [0, 1], y: [2, 3]}, camera: null};

test('a flat map is saved with its zoom and its labels, drawn as vectors', () => {
  const {data, layout} = asSeen(figure, now);
  assert.equal(data[0].type, 'scatter');
  assert.deepEqual([data[1].x, data[1].y, data[1].text, data[1].textposition, data[1].visible],
    [[2], [4], ['&lt;b&gt;'], ['middle right'], true]);
  assert.deepEqual(layout.xaxis, {title: 't', range: [0, 1], autorange: false});
  assert.deepEqual([layout.width, layout.height, layout.paper_bgcolor], [undefined, undefined, '#fff']);
  assert.equal(figure.data[0].type, 'scattergl', 'the plot itself stays as it is');
});

test('very many points stay pixels', () => {
  const many = {...figure, data: [{...cloud, x: new Float32Array(20_001)}, figure.data[1]]};
  assert.equal(asSeen(many, now).data[0].type, 'scattergl');
});

test('in space the camera is kept and labels become annotations', () => {
  const camera = {eye: {x: 1, y: 1, z: 1}};
  const {layout} = asSeen(figure, {...now, inSpace: true, camera, ranges: null});
  assert.equal(layout.scene.camera, camera);
  assert.deepEqual(layout.scene.annotations.map(({x, y, z, text, xanchor, xshift, yshift}) => [x, y, z, text, xanchor, xshift, yshift]),
    [[2, 4, 6, '&lt;b&gt;', 'left', 4, 6]]);
});
