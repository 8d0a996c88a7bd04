// The field that searches a word: a list of what was found, chosen by arrows and Enter or by a click.

import {element, isolated} from './elements.js';
import {findWords, folded} from './search.js';

/**
 * @param {HTMLInputElement} input
 * @param {HTMLElement} list
 * @param {string[]} words
 * @param {(row: number) => void} onWord
 */
export function searchField(input, list, words, onWord) {
  const known = words.map(folded);
  /** @type {number[]} */
  let found = [];
  let active = 0;

  function show() {
    found = findWords(known, input.value);
    active = 0;
    const nothing = input.value.trim() && !found.length;
    list.replaceChildren(...found.map((row, i) => {
      const option = element('li', '', isolated(words[row]));
      option.id = `found-${i}`;
      option.role = 'option';
      option.addEventListener('pointerdown', (event) => {
        event.preventDefault(); // the field keeps the focus until the word is chosen
        choose(i);
      });
      return option;
    }), ...(nothing ? [element('li', 'nothing', 'No word of this model is spelled like this.')] : []));
    list.hidden = !found.length && !nothing;
    input.setAttribute('aria-expanded', String(!list.hidden));
    mark();
  }

  function mark() {
    [...list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === active && found.length > 0)));
    if (found.length) input.setAttribute('aria-activedescendant', `found-${active}`);
    else input.removeAttribute('aria-activedescendant');
  }

  function close() {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  /** @param {number} i */
  function choose(i) {
    const row = found[i];
    if (row === undefined) return;
    input.value = words[row];
    input.select();
    close();
    onWord(row);
  }

  input.addEventListener('input', show);
  input.addEventListener('blur', close);
  input.addEventListener('focus', () => input.select());
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter') choose(active);
    else if (event.key === 'Escape') close();
    else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && found.length) {
      active = (active + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length;
      mark();
    } else return;
    event.preventDefault();
  });
}
