// Which words of a vocabulary fit what is typed: those that begin with it come first, then those that
// hold it, each most frequent first.

const MOST = 12;

/** @type {Map<string, {words: string[], folded?: string[]}>} */
const vocabularies = new Map();

/** @param {string} text */
const fold = (text) => text.normalize('NFC').toLowerCase().replaceAll('’', "'");

/**
 * Keep a vocabulary for the pickers that have its id.
 * @param {{id: string, words: string}} vocabulary the words as JSON
 */
export function keep({id, words}) {
  vocabularies.set(id, {words: JSON.parse(words)});
}

/**
 * @param {string} id
 * @param {string} typed
 * @returns {string[]}
 */
export function find(id, typed) {
  const vocabulary = vocabularies.get(id);
  if (!vocabulary) return [];
  const {words} = vocabulary, folded = (vocabulary.folded ??= words.map(fold));
  const wanted = fold(typed);
  /** @type {number[]} */
  const begins = [], holds = /** @type {number[]} */ ([]);
  if (!wanted) return words.slice(0, MOST);
  for (let i = 0; i < folded.length && begins.length < MOST; i++) {
    const at = folded[i].indexOf(wanted);
    if (at === 0) begins.push(i);
    else if (at > 0 && holds.length < MOST) holds.push(i);
  }
  // The word itself comes before longer ones, however frequent they are.
  begins.sort((a, b) => Number(folded[b] === wanted) - Number(folded[a] === wanted) || a - b);
  if (!begins.some((i) => folded[i] === wanted)) {
    const exact = folded.indexOf(wanted);
    if (exact >= 0) begins.unshift(exact);
  }
  return [...begins, ...holds].slice(0, MOST).map((i) => words[i]);
}
