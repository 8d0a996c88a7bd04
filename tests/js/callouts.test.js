import assert from 'node:assert/strict';
import {test} from 'node:test';

import {placeCallouts, search, withoutCallouts} from '../../pages/plot/callouts.js';
import {measure, random, view} from './helpers.js';

const SEARCH = {reaches: [3, 14, 28, 44, 64, 90, 120], directions: 16, clear: 3, led_from: 28, enough: 20, covered: 50,
  marks: 40, outside: 30, turned: 10};

function figure(n, {keep_all = true, away = [0, 1], obstacles = [], seed = 1} = {}) {
  const next = random(seed);
  const notes = Array.from({length: n}, (_, i) => ({x: 0.35 + 0.3 * next(), y: 0.35 + 0.3 * next(),
    text: `w${'o'.repeat(i % 8)}rd${i}`, font: {size: 13}}));
  const callouts = {first: 1, away: notes.map(() => away), gaps: notes.map(() => 3), obstacles, keep_all, search: SEARCH};
  const title = {x: 0, y: 0, text: 'not a callout', font: {size: 20}};
  return {data: [], layout: {annotations: [title, ...notes], meta: {callouts}}};
}

const boxes = (notes) => notes.filter((note) => note.visible).map((note) => {
  const [x, y] = view.at(note.x, note.y), half = [measure(note.text, 13) / 2, 0.62 * 13 - 0.01];
  return [x + note.ax - half[0], y + note.ay - half[1], x + note.ax + half[0], y + note.ay + half[1]];
});

test('callouts never lie on one another', () => {
  for (const keep_all of [true, false]) {
    const placed = placeCallouts(figure(40, {keep_all}), view, measure).slice(1), found = boxes(placed);
    assert.ok(found.length === 40 || !keep_all);
    assert.ok(found.length > 20);
    found.forEach((a, i) => found.slice(0, i).forEach((b) => {
      assert.ok(a[2] <= b[0] || a[0] >= b[2] || a[3] <= b[1] || a[1] >= b[3], `${placed[i].text} at ${a} and ${b}`);
    }));
  }
});

test('only callouts are placed, and the figure itself is left as it was', () => {
  const before = figure(3), copy = structuredClone(before), notes = placeCallouts(before, view, measure);
  assert.deepEqual(before, copy);
  assert.deepEqual(notes[0], before.layout.annotations[0]);
  assert.equal(notes.length, 4);
  assert.equal(placeCallouts({data: [], layout: {}}, view, measure), null);
});

test('a word alone stands where it would rather, close to its point', () => {
  for (const [away, where] of [[[0, 1], [0, -1]], [[0, -2], [0, 1]], [[1, 0], [1, 0]], [[-3, 0], [-1, 0]]]) {
    const [, note] = placeCallouts(figure(1, {away}), view, measure);
    assert.equal(note.showarrow, false);
    assert.deepEqual([note.ax, note.ay].map((v) => Math.sign(Math.round(v)) + 0), where);
    assert.ok(Math.abs(note.ay) < 20);
  }
});

test('a line leads to a word that stands far off, and one that found no place is not shown', () => {
  const crowd = Array.from({length: 2000}, (_, i) => [0.5 + 0.05 * Math.cos(i) * (i / 2000), 0.5 + 0.08 * Math.sin(i) * (i / 2000)]);
  const all = placeCallouts(figure(12, {obstacles: crowd}), view, measure).slice(1);
  const led = all.filter((note) => note.showarrow);
  assert.ok(led.length > 0);
  for (const note of led) assert.deepEqual([note.xshift, note.yshift], [0, 0]);
  const crowded = figure(300, {keep_all: false});
  assert.ok(placeCallouts(crowded, view, measure).some((note) => note.visible === false));
});

test('words that are zoomed away take no room', () => {
  const far = search([[-50, 100], [450, 280]], {...figure(2).layout.meta.callouts}, {
    box: view.box, sizes: [[40, 13], [40, 13]], obstacles: []});
  assert.equal(far[0], null);
  assert.equal(far[1].visible, true);
});

test('in a film the words go with their points', () => {
  const one = figure(2);
  one.data = [{x: [0.1, 0.9], y: [0.2, 0.8]}];
  one.layout.meta.film = {words: 0};
  const notes = placeCallouts(one, view, measure).slice(1);
  assert.deepEqual(notes.map((note) => [note.x, note.y]), [[0.1, 0.2], [0.9, 0.8]]);
});

test('before they are placed, callouts are not shown', () => {
  assert.deepEqual(withoutCallouts(figure(2).layout).map((note) => note.visible), [undefined, false, false]);
});
