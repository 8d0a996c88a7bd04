import assert from 'node:assert/strict';
import {test} from 'node:test';

import {linesOf} from '../../pages/plot/hover_label.js';

const trace = {x: [0.12345, 5], y: [-2, 6], text: ['a&lt;b&gt;', 'one<br>two'], customdata: [[7, 12345], [8, 1]],
  marker: {color: [0.5, -0.25]},
  hovertemplate: '<b>%{text}</b><br>%{customdata[1]:,} times<br>trust: %{marker.color:.3f}<br>(%{x:.3f}, %{y:.3f})<extra></extra>'};

test('a label says what the template says, with words as they are', () => {
  assert.deepEqual(linesOf(trace, 0), [
    {text: 'a<b>', bold: true}, {text: '12,345 times', bold: false}, {text: 'trust: 0.500', bold: false},
    {text: '(0.123, −2.000)', bold: false}]);
});

test('a very long word keeps its lines, all of them bold', () => {
  assert.deepEqual(linesOf(trace, 1).slice(0, 2), [{text: 'one', bold: true}, {text: 'two', bold: true}]);
});

test('a word that looks like a template is itself', () => {
  assert.equal(linesOf({...trace, text: ['%{x}', '$&']}, 0)[0].text, '%{x}');
  assert.equal(linesOf({...trace, text: ['%{x}', '$&amp;']}, 1)[0].text, '$&');
});
