import assert from 'node:assert/strict';
import {test} from 'node:test';

import {linkOf} from '../../pages/parts/copied_link/link.js';

const data = {model: 'ab12', name: 'model', secret: ['owner', 'operator']};

test('the link is where the browser is, below any path, with all that the page put there', () => {
  const here = 'http://localhost:8501/words/explore?model=cd34&word=k%C3%B6nig&pick=a&pick=b';
  assert.equal(linkOf(here, data), here);
});

test('an address without a model gets the open one, and none where there is none', () => {
  assert.equal(linkOf('https://a.example/library?show=class', data), 'https://a.example/library?show=class&model=ab12');
  assert.equal(linkOf('https://a.example/', {...data, model: ''}), 'https://a.example/');
});

test('keys are never passed on', () => {
  assert.equal(linkOf('https://a.example/?owner=k&model=x&operator=s', data), 'https://a.example/?model=x');
});
