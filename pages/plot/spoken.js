// What a plot is called, and what is said of its words, for people who hear the page.

import {seen} from './text.js';

export const KEYS = 'Arrow keys move between words, Enter selects, Escape lets go, + and − zoom.';
export const FILM_KEYS = ' On the time bar, arrow keys step through the passes and Space plays.';

/**
 * A text of a figure without its markup.
 * @param {unknown} text
 */
export const plain = (text) => seen(String(text ?? '').replace(/<(?!br>)[^>]*>/g, '').replaceAll('<br>', ' ')).trim();

/**
 * The name of a plot: its title, or the line above it, or what a picture of it is called.
 * @param {import('./types').Layout} layout
 * @param {{title: import('./contract').Title | null, name: string}} data
 */
export function nameOf(layout, {title, name}) {
  const said = title ? title.join('') : plain(layout.title?.text);
  return capital(said || name);
}

/**
 * What is said of a word of a map.
 * @param {import('./types').Trace} cloud
 * @param {number} k its position in the cloud
 */
export function wordAt(cloud, k) {
  const word = seen(cloud.text?.[k]), count = Number(cloud.customdata?.[k]?.[1]);
  const counted = Boolean(cloud.hovertemplate?.includes('customdata[1]')) && Number.isFinite(count);
  return counted ? `${word}, ${count === 1 ? 'once' : `${count.toLocaleString('en')} times`} in the text` : word;
}

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
