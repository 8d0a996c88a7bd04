import assert from 'node:assert/strict';
import {test} from 'node:test';

import {cut, escaped, seen} from '../../pages/plot/text.js';

const HOSTILE = ['<b>x</b>', '<img src=x onerror=alert(1)>', '&lt;i&gt;', '&amp;amp;', 'a & b', '$math$', 'שלום', '日本語'];

test('a word is seen as it is, whatever Plotly would have made of it', () => {
  for (const word of HOSTILE) assert.equal(seen(escaped(word)), word);
});

test('a very long word is cut, one that came in lines too', () => {
  assert.equal(seen('w'.repeat(1000)), `${'w'.repeat(39)}…`);
  assert.equal(seen('w'.repeat(40)), 'w'.repeat(40));
  assert.equal(seen('short<br>more'), 'short…');
});

test('no character is cut through', () => {
  assert.equal(cut('👩👩👩👩', 3), '👩👩…');
});
