// The colours and font of the page, so that a figure follows its theme.

import {pen} from './measure.js';

/**
 * A reader of the theme's CSS variables.
 * @param {Element} el
 * @returns {(name: string, otherwise: string) => string}
 */
export const styleOf = (el) => (name, otherwise) => getComputedStyle(el).getPropertyValue(name).trim() || otherwise;

/** @param {Element} el */
export function lookOf(el) {
  const get = styleOf(el);
  return {family: get('--st-font', 'sans-serif'), ink: get('--st-text-color', '#555'),
    ground: get('--st-background-color', '#fff')};
}

/**
 * A figure as JSON, with lighter colours on a dark background.
 * @param {import('./contract').Data} data
 * @param {Element} el
 */
export function forGround({figure, on_dark}, el) {
  const ruler = pen();
  ruler.fillStyle = styleOf(el)('--st-background-color', '#ffffff');
  const colour = String(ruler.fillStyle);
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  return r + g + b > 384 ? figure : replaceAll(figure, on_dark);
}

/** @type {(text: string, pairs: {[from: string]: string}) => string} */
export const replaceAll = (text, pairs) => Object.entries(pairs)
  .reduce((sofar, [from, to]) => sofar.replaceAll(from, to), text);

const NARROW = 640, BUTTONS = 26; // pixels: below this width the row of buttons would lie over a title

/**
 * Move the title of a narrow plot below the row of buttons.
 * @param {Element} el
 * @param {import('./types').Layout} layout
 */
function makeRoom(el, layout) {
  const {title, margin} = layout;
  if (el.clientWidth >= NARROW) return;
  if (!title?.text) {
    if (layout.meta?.labels) layout.margin = {...margin, t: Math.max(margin?.t ?? 0, BUTTONS + 8)};
    return;
  }
  layout.title = {...title, pad: {...title.pad, t: (title.pad?.t ?? 0) + BUTTONS}};
  layout.margin = {...margin, t: (margin?.t ?? 0) + BUTTONS};
}

/**
 * Apply the page's font and colours to a figure.
 * @param {Element} el
 * @param {import('./types').Layout} layout
 * @param {import('./types').Trace[]} traces
 */
export function dress(el, layout, traces) {
  const get = styleOf(el), {family, ink, ground} = lookOf(el);
  layout.font = {...layout.font, color: ink, family};
  layout.hoverlabel = {...layout.hoverlabel, align: 'left', bgcolor: get('--st-secondary-background-color', '#fff'),
    bordercolor: get('--st-primary-color', '#888'),
    font: {size: layout.template?.layout?.hoverlabel?.font?.size ?? 14, color: get('--st-text-color', '#333')}};
  layout.modebar = {bgcolor: 'rgba(0,0,0,0)', color: '#8A94A6', activecolor: get('--st-primary-color', '#444')};
  // Plotly would choose black or white for a white background.
  for (const trace of traces) if (trace.type === 'heatmap' && trace.texttemplate) trace.textfont = {...trace.textfont, color: ink};
  layout.legend = {...layout.legend, bgcolor: ground + 'CC'};
  makeRoom(el, layout);
}
