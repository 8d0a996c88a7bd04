// Finds words by what was typed: the same word first, then words that begin with it, then words that hold it;
// of each the most frequent first. Case, accents' composition and invisible marks do not matter.

export const MOST_FOUND = 10;

const INVISIBLE = /[\u00ad\u061c\u0640\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/**
 * A word without the differences in spelling that a search ignores.
 * @param {string} text
 */
export const folded = (text) => text.normalize('NFKC').replace(INVISIBLE, '').replace(/[’‘´ʼ]/g, "'").toLowerCase()
  .replaceAll('ß', 'ss').replaceAll('ς', 'σ').normalize('NFC');

/**
 * Rows of the words found.
 * @param {string[]} words folded, most frequent first
 * @param {string} typed
 * @returns {number[]}
 */
export function findWords(words, typed) {
  const wanted = folded(typed.trim());
  if (!wanted) return [];
  /** @type {number[][]} */
  const [same, begins, holds] = [[], [], []];
  words.forEach((word, row) => {
    const at = word.indexOf(wanted);
    if (at === 0) (word.length === wanted.length ? same : begins).push(row);
    else if (at > 0 && holds.length < MOST_FOUND) holds.push(row);
  });
  return [...same, ...begins, ...holds].slice(0, MOST_FOUND);
}
