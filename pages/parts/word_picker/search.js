// Finds the words of a vocabulary that match the typed text. An exact match comes first, found in the same
// stages as a look-up in the library: as typed, with normalised letters, without case. Then come words that
// begin with the text, then words that contain it, each group sorted by frequency. If there are none, words
// with a similar spelling are found.

const MOST = 12;

/** @type {Map<string, {words: string[], folded?: string[]}>} */
const vocabularies = new Map();

const INVISIBLE = /[\u00ad\u061c\u0640\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
// Ligatures, long s, full-width, mathematical and Arabic presentation forms.
const FORMS = /[\u017f\ufb00-\ufdff\ufe70-\ufefe\uff01-\uffe6]|[\u{1d400}-\u{1d7ff}\u{1ee00}-\u{1eeff}]/gu;
const APOSTROPHES = /[’‘´ʼ]/g;

/**
 * A word with normalised letters; its case is kept.
 * @param {string} text
 */
export const plain = (text) =>
  text.normalize('NFC').replace(INVISIBLE, '').replace(APOSTROPHES, "'").replace(FORMS, (char) => char.normalize('NFKC'))
    .normalize('NFC');

/**
 * A word without the differences in spelling that a search ignores.
 * @param {string} text
 */
export const fold = (text) =>
  plain(text).toLowerCase().normalize('NFD').replace(/i\u0307/g, 'i').normalize('NFC').replaceAll('ß', 'ss').replaceAll('ς', 'σ')
    .replaceAll('ı', 'i');

/**
 * Store a vocabulary for the pickers with its id.
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
  const wanted = fold(typed.trim());
  if (!wanted) return words.slice(0, MOST);
  /** @type {number[]} */
  const same = [], begins = /** @type {number[]} */ ([]), holds = /** @type {number[]} */ ([]);
  for (let i = 0; i < folded.length; i++) {
    const at = folded[i].indexOf(wanted);
    if (at === 0 && folded[i].length === wanted.length) same.push(i);
    else if (at === 0 && begins.length < MOST) begins.push(i);
    else if (at > 0 && holds.length < MOST) holds.push(i);
  }
  /** @param {number} i */
  const stage = (i) => words[i] === typed ? 0 : plain(words[i]) === plain(typed) ? 1 : 2;
  same.sort((a, b) => stage(a) - stage(b) || a - b);
  const found = [...same, ...begins, ...holds];
  return (found.length ? found : nearest(folded, wanted)).slice(0, MOST).map((i) => words[i]);
}

/**
 * The words whose spelling is nearest: one letter in four may differ.
 * @param {string[]} folded
 * @param {string} wanted
 * @returns {number[]}
 */
function nearest(folded, wanted) {
  const most = Math.min(Math.floor(wanted.length / 4) || (wanted.length > 2 ? 1 : 0), 3);
  if (!most || wanted.length > 60) return [];
  const near = folded.map((word, i) => ({i, off: distance(word, wanted, most)})).filter(({off}) => off <= most);
  return near.sort((a, b) => a.off - b.off || a.i - b.i).slice(0, 3).map(({i}) => i);
}

/**
 * How many letters have to be put in, left out or exchanged; more than `most` is not counted further.
 * @param {string} a
 * @param {string} b
 * @param {number} most
 */
function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({length: b.length + 1}, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1])));
    }
    if (Math.min(...next) > most) return most + 1;
    row = next;
  }
  return row[b.length];
}
