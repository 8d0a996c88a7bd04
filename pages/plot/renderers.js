// Which renderer draws a figure. Another one is a module with an object of type Renderer
// (types.d.ts), imported here, and a line that returns it for the figures that it is to draw.

import {plotly} from './plotly.js';

/** Draws everything that no other renderer is chosen for. */
export const usual = plotly;

/**
 * @param {import('./types').Figure} _figure
 * @returns {import('./types').Renderer}
 */
export const rendererOf = (_figure) => usual;
