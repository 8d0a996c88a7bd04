// What a click shows before the server answers: the word and its nearest words on the map, and their bars
// in another plot. Python sends the table for this once (send_nearest).

import {cut, escaped, seen} from './text.js';

const LONGEST = 18; // characters shown of a word beside its bar

/** @typedef {import('./types').Trace} Trace */

/**
 * The rows of a word's nearest words, and their cosines; null for a vector of zeros, which has no neighbours.
 * @param {{near: ArrayLike<number>, cosines: ArrayLike<number>, k: number, steps: number}} table
 * @param {number} word
 */
export function nearestIn({near, cosines, k, steps}, word) {
  /** @param {ArrayLike<number>} all */
  const own = (all) => Array.from({length: k}, (_, i) => all[word * k + i]);
  const values = own(cosines);
  return values.every((v) => v === 0) ? null : {near: own(near), cosines: values.map((v) => v / steps)};
}

/**
 * The positions of rows in a cloud, which may contain only some of the words.
 * @param {Trace} cloud
 * @param {number} n the number of words
 * @returns {(row: number) => number | undefined}
 */
export function placesIn(cloud, n) {
  if (cloud.x.length === n) return (row) => row;
  const places = new Map(Array.from(cloud.customdata ?? [], (own, i) => [own[0], i]));
  return (row) => places.get(row);
}

/**
 * The meta of a map with other words marked; words that are labelled first for other reasons stay.
 * @param {import('./contract').Meta} meta
 * @param {number[]} marks
 * @returns {import('./contract').Meta}
 */
export function marked(meta, marks) {
  const {labels, map} = meta;
  if (!labels || !map) return meta;
  const others = labels.first.slice(map.rings);
  return {...meta, map: {...map, rings: marks.length}, labels: {...labels, first: [...new Set([...marks, ...others])]}};
}

/**
 * The changes in the plot of the bars: in its trace and in its layout.
 * @param {string[]} names
 * @param {number[]} rows
 * @param {number[]} cosines
 */
export function barsOf(names, rows, cosines) {
  /** @param {string} text */
  const shown = (text) => escaped([...seen(text)].length > LONGEST ? cut(seen(text), LONGEST) : seen(text));
  return {
    trace: {x: [cosines], text: [cosines.map((v) => v.toFixed(2))], hovertext: [names], customdata: [rows.map((i) => [i])]},
    layout: {'yaxis.ticktext': names.map(shown), 'xaxis.range': cosines.some((v) => v < 0) ? [-1.25, 1.25] : [0, 1]},
  };
}

/**
 * The line above the bars.
 * @param {Trace} cloud
 * @param {number} at the position of the word in it
 * @returns {import('./contract').Title}
 */
export function titleOf(cloud, at) {
  const count = Number(cloud.customdata?.[at][1]);
  const stands = count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
  const counted = cloud.hovertemplate.includes('customdata[1]'); // whether the counts are known
  return ['Nearest to ', seen(cloud.text?.[at]), counted ? `, which occurs ${stands} in the text` : ''];
}
