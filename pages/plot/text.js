// Words for display. Python escapes them, because Plotly interprets markup in every text.

const LONGEST = 40;

/**
 * A text of a figure as plain text; a very long one, which has several lines, is cut.
 * @param {unknown} text
 */
export function seen(text) {
  const [line, more] = String(text).split('<br>', 2);
  const word = unescaped(line);
  return more === undefined && word.length <= LONGEST ? word : cut(word, LONGEST);
}

/**
 * The first characters of a text and an ellipsis, ``longest`` in total, without splitting a character.
 * @param {string} text
 * @param {number} longest
 */
export const cut = (text, longest) => `${[...text].slice(0, longest - 1).join('')}…`;

/** @param {string} text */
export const unescaped = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** @param {string} text */
export const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
