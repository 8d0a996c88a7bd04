import assert from 'node:assert/strict';
import {afterEach, test} from 'node:test';

import {filmWishOf, isFree, momentOf} from '../../pages/plot/film_keys.js';

const press = (key, more = {}) => ({key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more});

test('arrows step, Space plays, Home and End go to the ends; all else is not the film\'s', () => {
  assert.deepEqual(['ArrowLeft', 'ArrowRight', 'Home', 'End', ' '].map((key) => filmWishOf(press(key))),
    [{step: -1}, {step: 1}, {end: 'first'}, {end: 'last'}, {play: true}]);
  for (const key of ['ArrowUp', 'ArrowDown', 'Enter', 'a', 'Escape']) assert.equal(filmWishOf(press(key)), null);
  for (const held of ['shiftKey', 'ctrlKey', 'metaKey', 'altKey']) assert.equal(filmWishOf(press('ArrowLeft', {[held]: true})), null);
});

test('a step leads from between two passes to the next whole one, and never beyond the ends', () => {
  assert.deepEqual([momentOf({step: 1}, 2, 9), momentOf({step: 1}, 2.4, 9), momentOf({step: -1}, 2.4, 9)], [3, 3, 2]);
  assert.deepEqual([momentOf({step: 1}, 9, 9), momentOf({step: -1}, 0, 9)], [9, 0]);
  assert.deepEqual([momentOf({end: 'first'}, 4, 9), momentOf({end: 'last'}, 4, 9)], [0, 9]);
});

/** An element within others, each named as a selector would have it. */
class Element {
  constructor(...within) { this.within = within; }
  closest(selectors) { return selectors.split(', ').some((one) => this.within.includes(one)) ? this : null; }
}

/** Whether a key is free for the film while the focus is there. */
function free(key, target, {opened = [], taken = false} = {}) {
  globalThis.Element = Element;
  globalThis.document = {querySelectorAll: () => opened.map((seen) => ({checkVisibility: () => seen}))};
  return isFree({...press(key), target, defaultPrevented: taken});
}

afterEach(() => { delete globalThis.Element; delete globalThis.document; });

test('a key is the film\'s on the page, and not in a field, on a map, or in what is open', () => {
  assert.equal(free('ArrowLeft', new Element()), true);
  for (const place of ['input', 'textarea', '[role=slider]', '[role=application]', '[role=radiogroup]']) {
    assert.equal(free('ArrowLeft', new Element(place)), false, place);
  }
  assert.equal(free('ArrowLeft', new Element(), {opened: [false, true]}), false);
  assert.equal(free('ArrowLeft', new Element(), {opened: [false]}), true); // the hidden list of a word picker
  assert.equal(free('ArrowLeft', new Element(), {taken: true}), false);
});

test('Space presses the button that has the focus, and arrows beside it still move the film', () => {
  assert.equal(free(' ', new Element('button')), false);
  assert.equal(free('ArrowRight', new Element('button')), true);
});
