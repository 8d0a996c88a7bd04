import assert from 'node:assert/strict';
import {test} from 'node:test';

import {find, keep} from '../../pages/parts/word_picker/search.js';

const words = ['the', 'there', 'other', 'king', 'kings', 'queen', 'Café', 'don’t', 'he', ...Array.from({length: 40}, (_, i) => `x${i}`)];
keep({id: 'model', words: JSON.stringify(words)});

test('words that begin with what is typed come first, then those that hold it', () => {
  assert.deepEqual(find('model', 'the'), ['the', 'there', 'other']);
  assert.deepEqual(find('model', 'ing'), ['king', 'kings']);
});

test('the word itself comes before longer ones, however frequent they are', () => {
  assert.equal(find('model', 'he')[0], 'he');
  keep({id: 'long', words: JSON.stringify([...Array.from({length: 30}, (_, i) => `ab${i}`), 'ab'])});
  assert.equal(find('long', 'ab')[0], 'ab');
  assert.equal(find('long', 'ab').length, 12);
});

test('capitals, accents in two pieces and either apostrophe are the same', () => {
  assert.deepEqual(find('model', 'CAFE\u0301'), ['Café']);
  assert.deepEqual(find('model', 'don\'t'), ['don’t']);
});

test('before anything is typed the most frequent are offered; nothing of an unknown model', () => {
  assert.deepEqual(find('model', ''), words.slice(0, 12));
  assert.deepEqual(find('another', 'the'), []);
  assert.deepEqual(find('model', 'zebra'), []);
});

test('a word is looked up as typed, then with its letters in one form, then without its case', () => {
  keep({id: 'stages', words: JSON.stringify(['polish', 'Polish', 'oﬃce', 'caf\u00e9', 'T\u0308x', 'ｗｉｄｅ', 'straße', 'i\u0307z'])});
  assert.deepEqual(find('stages', 'Polish'), ['Polish', 'polish']);
  assert.deepEqual(find('stages', 'POLISH'), ['polish', 'Polish']);
  for (const [typed, word] of [['office', 'oﬃce'], ['CAFE\u0301', 'caf\u00e9'], ['\u1e97x', 'T\u0308x'], ['wide', 'ｗｉｄｅ'],
    ['STRASSE', 'straße'], ['İz', 'i\u0307z'], ['so\u00adft', undefined]]) {
    assert.equal(find('stages', typed ?? '')[0], word);
  }
});

test('where nothing fits, words that are spelled nearly so are offered', () => {
  assert.deepEqual(find('model', 'quen'), ['queen']);
  assert.deepEqual(find('model', 'kimgs'), ['kings', 'king'].slice(0, 1));
  assert.deepEqual(find('model', 'zz'), []);
});
