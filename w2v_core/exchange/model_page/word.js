// One word: how often it stands in the text, its cluster, its nearest words, and how sure these are.

import {counted, neighboursOf} from './contents.js';
import {button, element, isolated, listed} from './elements.js';

/** @typedef {import('./types').Contents} Contents */

/**
 * What is known of a word.
 * @param {Contents} contents
 * @param {number} row
 * @param {(row: number) => void} onWord
 * @returns {Node[]}
 */
export function aboutWord(contents, row, onWord) {
  const {words, counts, clusters, neighbours, certainty, maps} = contents;
  const facts = element('p', 'quiet');
  if (counts) facts.append(counts[row] === 1 ? 'Once in the text. ' : `${counted(counts[row])} times in the text. `);
  const cluster = clusters.labels[row];
  facts.append('Its cluster: ', ...listed(clusters.names[cluster]), '.');
  if (row >= maps[0].x.length) facts.append(` It is too rare for the ${maps[0].name} map, which has the most frequent words.`);
  const found = neighboursOf(neighbours, row);
  /** @type {Node[]} */
  const parts = [element('h2', 'word-name', isolated(words[row])), facts];
  if (!found.length) {
    parts.push(element('p', '', 'The vector of this word is all zeros: it has no direction and no neighbours.'));
    return parts;
  }
  const list = element('ol', 'nearest');
  for (const {row: other, cosine, splits, percent} of found) {
    const bar = element('span', 'bar');
    bar.style.width = `${Math.max(100 * cosine, 0).toFixed(1)}%`;
    const line = element('li', '',
      button('word', () => onWord(other), isolated(words[other])),
      element('span', 'value', cosine.toFixed(2).replace('-', '−')),
      element('span', 'track', bar));
    if (certainty) {
      const sure = (percent ?? 0) >= certainty.sure;
      if (!sure) line.classList.add('unsure');
      const said = splits === null
        ? 'not measured, because one of the two words is rare'
        : `found in both halves of the text in ${splits} of ${certainty.splits} splits · ${percent} %` +
          (sure ? '' : ', unsure');
      line.append(element('span', 'sure', said));
    }
    list.append(line);
  }
  parts.push(element('h3', '', 'Nearest words, by cosine'), list, element('p', 'quiet small', howSure(contents)));
  return parts;
}

/**
 * What was measured about certainty, in words.
 * @param {Contents} contents
 */
export function howSure({certainty}) {
  if (!certainty) {
    return 'The certainty of these neighbours was not measured for this model: this needs trainings on halves of its text.';
  }
  const {splits, documents} = certainty;
  const halves = documents ? `${counted(documents)} whole documents` : 'blocks of consecutive sentences';
  return `The text was split into random halves ${splits} times, by ${halves}, and the model was trained on each half. The percentage ` +
    'estimates in how many other texts of the same kind and length the word would be among the nearest too. Pale bars, marked ' +
    'unsure, are not reliable.';
}
