// Chooses the renderer of a figure. A new one is a module with an object of type Renderer (types.d.ts),
// imported here, and a line that returns it for its figures.

import {canDrawLarge, large} from './large.js';
import {fewerPoints, isLarge} from './large_points.js';
import {plotly} from './plotly.js';

/** Draws every figure for which no other renderer is chosen. */
export const usual = plotly;

const MOST_SVG = 5000; // points of a map that a browser without WebGL draws

/**
 * @param {import('./types').Figure} figure
 * @returns {import('./types').Renderer}
 */
export const rendererOf = (figure) => (isLarge(figure) && canDrawLarge() ? large : usual);

/**
 * What is drawn instead of a large map where its own renderer cannot draw it, and a sentence that says so.
 * @param {import('./types').Figure} figure
 * @returns {{figure: import('./types').Figure, sentence: string}}
 */
export function inPlaceOfLarge(figure) {
  if (!isLarge(figure) || canDrawLarge()) return {figure, sentence: ''};
  if (hasWebGL()) {
    return {figure, sentence: 'The browser has ended the fast drawing of this map, which now moves more slowly. '
      + 'Reload the page to have it back.'};
  }
  return {figure: fewerPoints(figure, MOST_SVG), sentence: 'This browser offers no WebGL, with which large maps are drawn: '
    + `the map shows its ${MOST_SVG.toLocaleString('en')} most frequent words. Turn on graphics acceleration in the `
    + 'settings of the browser, and reload the page.'};
}

/** @returns {boolean} */
const hasWebGL = () => {
  const gl = document.createElement('canvas').getContext('webgl');
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return Boolean(gl);
};
