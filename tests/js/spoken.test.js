import assert from 'node:assert/strict';
import {test} from 'node:test';

import {nameOf, plain, wordAt} from '../../pages/plot/spoken.js';

test('a plot is called by its title, else by the line above it, else by the name of its picture', () => {
  assert.equal(nameOf({title: {text: 'man → <b>woman</b> &amp; more'}}, {title: null, name: 'x'}), 'Man → woman & more');
  assert.equal(nameOf({}, {title: ['Nearest to ', 'king', ''], name: 'x'}), 'Nearest to king');
  assert.equal(nameOf({title: {}}, {title: null, name: 'map of words'}), 'Map of words');
});

test('a word that looks like markup is said as it stands', () => {
  assert.equal(plain('&lt;b&gt;x&lt;/b&gt;<br>below'), '<b>x</b> below');
  const cloud = {text: ['&lt;i&gt;'], customdata: [[4, 1200]], hovertemplate: '%{text} %{customdata[1]:,}'};
  assert.equal(wordAt(cloud, 0), '<i>, 1,200 times in the text');
});

test('how often a word stands in the text is said only where it is known', () => {
  const cloud = {text: ['a'], customdata: [[0, 1]], hovertemplate: '%{text} %{customdata[1]:,}'};
  assert.equal(wordAt(cloud, 0), 'a, once in the text');
  assert.equal(wordAt({...cloud, hovertemplate: '%{text}'}, 0), 'a');
  assert.equal(wordAt({text: ['a'], hovertemplate: '%{customdata[1]}'}, 0), 'a');
});
