import assert from 'node:assert/strict';
import {test} from 'node:test';

import {neighboursOf} from '../../w2v_core/exchange/model_page/contents.js';
import {placeLabels} from '../../w2v_core/exchange/model_page/labels.js';
import {middlesOf} from '../../w2v_core/exchange/model_page/map.js';
import {findWords, folded} from '../../w2v_core/exchange/model_page/search.js';
import {around, moved, onScreen, wholeView, zoomed} from '../../w2v_core/exchange/model_page/view.js';
import {find, keep} from '../../pages/parts/word_picker/search.js';
import {measure, random} from './helpers.js';

const next = random(3);
const map = {x: Array.from({length: 500}, () => Math.round(20000 * next())), y: Array.from({length: 500}, () => Math.round(9000 * next()))};

test('the whole map lies within its picture', () => {
  const view = wholeView(map, 900, 560);
  map.x.forEach((_, i) => {
    const [x, y] = onScreen(view, map.x[i], map.y[i]);
    assert.ok(x >= 33 && x <= 867 && y >= 33 && y <= 527);
  });
  assert.ok(Number.isFinite(wholeView({x: [], y: []}, 900, 560).scale));
});

test('what is under the pointer stays there when the map is enlarged', () => {
  const whole = wholeView(map, 900, 560), [px, py] = onScreen(whole, map.x[7], map.y[7]);
  const near = zoomed(whole, whole, 3, px, py), [qx, qy] = onScreen(near, map.x[7], map.y[7]);
  assert.ok(Math.abs(px - qx) < 1e-6 && Math.abs(py - qy) < 1e-6);
  assert.ok(Math.abs(near.scale / whole.scale - 3) < 1e-9);
  const [mx, my] = onScreen(moved(near, 10, -20), map.x[7], map.y[7]);
  assert.ok(Math.abs(mx - qx - 10) < 1e-6 && Math.abs(my - qy + 20) < 1e-6);
  assert.ok(zoomed(whole, whole, 1e-9, 0, 0).scale > 0.5 * whole.scale);
});

test('a word that was searched is in the middle, and its nearest are in sight', () => {
  const whole = wholeView(map, 900, 560);
  const places = [3, 60, 200, 410].map((i) => [map.x[i], map.y[i]]);
  const view = around(whole, places);
  assert.deepEqual(onScreen(view, ...places[0]).map(Math.round), [450, 280]);
  assert.ok(around(whole, [places[0]]).scale >= whole.scale);
});

test('no label lies on another, on what is taken, or outside', () => {
  const view = wholeView(map, 900, 560), taken = [[400, 200, 500, 260]];
  const wanted = map.x.map((_, i) => {
    const [x, y] = onScreen(view, map.x[i], map.y[i]);
    return {x, y, text: `word${'o'.repeat(i % 9)}${i}`, size: 12, gap: 4};
  });
  const placed = placeLabels(wanted, [0, 0, 900, 560], 150, measure, taken);
  assert.ok(placed.length > 80 && placed.length <= 150, `${placed.length} labels`);
  const boxes = placed.map(({i, left, base}) => [left, base - 12, left + measure(wanted[i].text, 12), base + 4]);
  boxes.forEach((a, i) => {
    assert.ok(a[0] >= 0 && a[1] >= 0 && a[2] <= 900 && a[3] <= 560);
    for (const b of [...taken, ...boxes.slice(0, i)]) {
      assert.ok(a[2] <= b[0] + 0.01 || b[2] <= a[0] + 0.01 || a[3] <= b[1] + 0.01 || b[3] <= a[1] + 0.01);
    }
  });
});

test('a selected word has its label wherever it is', () => {
  const [one] = placeLabels([{x: -5, y: -5, text: 'lost', size: 12, gap: 4, must: true}], [0, 0, 90, 90], 5, measure);
  assert.equal(one.i, 0);
});

test('words are found as the pickers of the app find them', () => {
  const words = ['the', 'King', 'king', 'kings', 'asking', 'Straße', "don't", 'café', 'viking', 'كتاب', 'ΛΟΓΟΣ', 'kin'];
  keep({id: 'm', words: JSON.stringify(words)});
  const known = words.map(folded);
  for (const typed of ['kin', 'KINGS', 'strasse', 'don’t', 'cafe\u0301', 'كتـاب', 'λογος', 'ing', 'th']) {
    assert.deepEqual(findWords(known, typed).map((row) => words[row]), find('m', typed), typed);
  }
  assert.deepEqual(findWords(known, '  '), []);
  assert.deepEqual(findWords(known, 'zzz'), []);
});

test('missing neighbours are left out, and what was not measured is said to be so', () => {
  const all = {each: 2, rows: [1, 2, 0, -1], thousandths: [900, -50, 10, 0], splits: [8, -1, 3, -1], percent: [81, -1, 20, -1]};
  assert.deepEqual(neighboursOf(all, 0), [
    {row: 1, cosine: 0.9, splits: 8, percent: 81}, {row: 2, cosine: -0.05, splits: null, percent: null}]);
  assert.deepEqual(neighboursOf({...all, splits: null, percent: null}, 1), [{row: 0, cosine: 0.01, splits: null, percent: null}]);
});

test('a cluster without words on the map has no middle', () => {
  assert.deepEqual(middlesOf({x: [1, 5, 9], y: [2, 2, 8]}, [0, 0, 0, 1], 2), [[5, 2], null]);
});
