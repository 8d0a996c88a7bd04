import assert from 'node:assert/strict';
import {test} from 'node:test';

import {colourOf} from '../../pages/plot/sketch.js';
import {replaceAll} from '../../pages/plot/theme.js';

test('a point of the sketch has the colour that the plot will give it', () => {
  assert.equal(colourOf({color: '#123'}, 3), '#123');
  assert.equal(colourOf({color: ['a', 'b']}, 1), 'b');
  const scale = {colorscale: [[0, 'low'], [0.5, 'middle'], [1, 'high']], cmin: 10, cmax: 20};
  for (const [value, colour] of [[10, 'low'], [14, 'low'], [15, 'middle'], [20, 'high'], [-5, 'low'], [99, 'high']]) {
    assert.equal(colourOf({...scale, color: [value]}, 0), colour);
  }
});

test('on dark ground lighter colours take the place of dark ones', () => {
  assert.equal(replaceAll('"#0072B2","#262B33","#0072B2"', {'#0072B2': '#56B4E9', '#262B33': '#EDEFF2'}),
    '"#56B4E9","#EDEFF2","#56B4E9"');
});
