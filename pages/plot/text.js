// Words as they are shown. Python escapes them, because Plotly reads markup in every text.

const LONGEST = 40;

/**
 * A text of a figure as it is seen, cut where it is very long: such a one comes in lines.
 * @param {unknown} text
 */
export function seen(text) {
  const [line, more] = String(text).split('<br>', 2);
  const word = line.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return more === undefined && word.length <= LONGEST ? word : cut(word, LONGEST);
}

/**
 * The first characters of a text and an ellipsis, ``longest`` in all; none is cut through.
 * @param {string} text
 * @param {number} longest
 */
export const cut = (text, longest) => `${[...text].slice(0, longest - 1).join('')}…`;

/** @param {string} text */
export const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
