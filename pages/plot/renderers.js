// Chooses the renderer of a figure. A new one is a module with an object of type Renderer (types.d.ts),
// imported here, and a line that returns it for its figures.

import {plotly} from './plotly.js';

/** Draws every figure for which no other renderer is chosen. */
export const usual = plotly;

/**
 * @param {import('./types').Figure} _figure
 * @returns {import('./types').Renderer}
 */
export const rendererOf = (_figure) => usual;
