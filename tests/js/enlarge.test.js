import assert from 'node:assert/strict';
import {test} from 'node:test';

import {shownOf} from '../../pages/plot/crowded_text.js';
import {broke, enlarged, growth, readable, withReadableFonts, withTitleThatFits} from '../../pages/plot/enlarge.js';
import {chooseLabels} from '../../pages/plot/labels.js';
import {boxOf, measure, random, view} from './helpers.js';

const LEAST = 18, how = {least: LEAST, width: 600, height: 400, measure};

/** The sizes of all fonts in a figure. */
function sizes(node, isFont = false) {
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([name, value]) => (isFont && name === 'size' ? [value].flat()
    : sizes(value, /font$/.test(name))));
}

function figure() {
  const layout = {title: {text: 'a title', font: {size: 18}, pad: {t: 10}, subtitle: {text: 'how to read it '.repeat(12).trim(),
    font: {size: 13}}}, template: {layout: {font: {size: 13}, hoverlabel: {font: {size: 14}}, margin: {l: 56, r: 16, t: 24, b: 48}}},
  margin: {t: 64}, xaxis: {title: {text: 'cosine'}}, yaxis: {title: {text: 'distance of the two vectors of a word in both models'},
    tickfont: {size: 11}}, annotations: [{text: 'here', font: {size: 12}}], meta: {callouts: {first: 0, gaps: [4]}}};
  return {data: [{x: [1], y: [2], marker: {size: 6}, textfont: {size: [9, 30]}}, {x: [1], y: [2], marker: {size: [4, 8]}}], layout};
}

test('no font of a figure stays below the least size, and larger ones stay larger', () => {
  const large = enlarged(figure(), how), all = sizes(large);
  assert.ok(all.length >= 9 && all.every((size) => size >= LEAST), String(all));
  assert.equal(large.layout.font.size, 18);
  assert.ok(large.layout.title.font.size > large.layout.title.subtitle.font.size);
  assert.deepEqual(large.data[0].textfont.size, [18, 38]);
});

test('marks grow in proportion to the smallest type, and the figure that was given stays as it was', () => {
  const given = figure(), before = structuredClone(given), {data, layout} = enlarged(given, how);
  assert.deepEqual([growth(null), growth(LEAST)], [1, 1.5]);
  assert.deepEqual(data.map((trace) => trace.marker.size), [9, [6, 12]]);
  assert.deepEqual(layout.meta.callouts.gaps, [6]);
  assert.deepEqual(given, before);
});

test('arrays of a trace are passed on, not copied', () => {
  const x = new Float32Array(3), rows = [[1, 2]];
  const trace = withReadableFonts({x, customdata: rows}, LEAST);
  assert.ok(trace.x === x && trace.customdata === rows);
});

test('titles are broken where they would not fit, and have the room that they then need', () => {
  const {layout} = enlarged(figure(), how), lines = layout.title.subtitle.text.split('<br>');
  assert.ok(lines.length > 1 && lines.every((line) => measure(line, 18) < how.width));
  assert.ok(layout.margin.t > 22 + lines.length * 18);
  const along = layout.yaxis.title.text.split('<br>');
  assert.ok(along.length > 1 && along.every((line) => measure(line, 21.6) < how.height));
  assert.equal(layout.xaxis.title.text, 'cosine');
});

test('a height that a figure asks for is that of its small type', () => {
  const given = figure();
  given.layout.height = 200;
  assert.equal(enlarged(given, how).layout.height, undefined);
  assert.equal(given.layout.height, 200);
});

test('on a narrow screen a title is broken without being enlarged, and a wide one is left as it is', () => {
  const given = figure(), {layout} = withTitleThatFits(given, {width: 310, measure}), lines = layout.title.subtitle.text.split('<br>');
  assert.ok(lines.length > 1 && lines.every((line) => measure(line, 13) < 310));
  assert.ok(layout.margin.t >= given.layout.margin.t + (lines.length - 1) * 13);
  assert.equal(layout.title.font.size, 18);
  assert.equal(withTitleThatFits(given, {width: 4000, measure}).layout, given.layout);
});

test('tags in a title take no room', () => {
  const given = {data: [], layout: {title: {text: '<b>aaaa bbbb</b>', font: {size: 10}}}}, width = measure('aaaa bbbb', 10) * 1.1;
  assert.equal(withTitleThatFits(given, {width, measure}).layout, given.layout);
});

test('a word that does not fit alone still has a line', () => {
  assert.deepEqual(broke('a bb cccccc d', (line) => line.length <= 4), ['a bb', 'cccccc', 'd']);
});

test('the legend of a map stands beside its points', () => {
  const given = figure();
  given.layout.showlegend = true;
  assert.equal(enlarged(given, how).layout.legend, undefined);
  given.layout.meta.labels = {};
  assert.ok(enlarged(given, how).layout.legend.x > 1);
});

test('larger labels do not lie on one another or outside the picture either', () => {
  const next = random(6), n = 400;
  const cloud = {x: Float32Array.from({length: n}, next), y: Float32Array.from({length: n}, next),
    text: Array.from({length: n}, (_, i) => `word${'o'.repeat(i % 9)}${i}`), marker: {size: 9}};
  const meta = {labels: {points: 0, trace: 1, first: [7, 8]}, map: {clouds: 1, rings: 2, most: 150}};
  const labels = chooseLabels([cloud], meta, view, {inSpace: false, family: 'sans-serif', measure, grown: 1.5});
  assert.ok(labels.length > 30 && labels.every((label) => label.size >= LEAST));
  const boxes = labels.map((one) => boxOf(one, view));
  boxes.forEach((a, i) => {
    assert.ok(a[0] >= 0 && a[1] >= 0 && a[2] <= 900 && a[3] <= 560, labels[i].text);
    for (const b of boxes.slice(0, i)) assert.ok(a[2] <= b[0] || a[0] >= b[2] || a[3] <= b[1] || a[1] >= b[3], labels[i].text);
  });
});

test('of words that a figure writes itself, those that would lie on an earlier one are hidden', () => {
  assert.deepEqual(shownOf([[0, 0, 10, 10], [5, 5, 15, 15], [12, 12, 20, 20]]), [true, false, true]);
  assert.equal(readable(12, LEAST), LEAST);
});
