// A figure as a projector shows it: no type below a least size, marks in proportion, titles in lines that fit.

import {width as widthOf} from './measure.js';
import {unescaped} from './text.js';

const SMALLEST = 12; // pixels: the smallest type that figures and labels have on a desk
const BY = 1.25; // by how much larger type grows: less than the smallest, which has to become readable
const APART = 18; // pixels between a title and its subtitle, and again below it
const AXIS_TITLE = 1.2; // of a figure's type: Plotly's size for the title of an axis
const FILLED = 0.96; // of the width that a line may take
const LINE = 1.3; // of the size of its type: the height of a line

/** @typedef {import('./types').Trace} Trace */
/** @typedef {import('./types').Layout} Layout */

/**
 * By how much labels and marks grow.
 * @param {number | null} least the smallest type in pixels; null where nothing is enlarged
 */
export const growth = (least) => (least === null ? 1 : least / SMALLEST);

/**
 * The size that type has at least.
 * @param {number} size
 * @param {number} least
 */
export const readable = (size, least) => Math.max(least, Math.round(BY * size));

/**
 * A part of a figure in which every font with a size is readable. Arrays of numbers are left as they are.
 * @param {any} node
 * @param {number} least
 * @param {boolean} [isFont]
 * @returns {any}
 */
export function withReadableFonts(node, least, isFont = false) {
  if (node === null || typeof node !== 'object' || ArrayBuffer.isView(node)) return node;
  if (Array.isArray(node)) {
    return node.some((one) => one && typeof one === 'object' && !ArrayBuffer.isView(one) && !Array.isArray(one))
      ? node.map((one) => withReadableFonts(one, least)) : node;
  }
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name,
    isFont && name === 'size' ? each(value, (size) => readable(size, least))
      : withReadableFonts(value, least, /font$/.test(name))]));
}

/**
 * The figure with type of at least this size, larger marks, and titles broken where they would not fit.
 * @param {{data: Trace[], layout: Layout}} figure
 * @param {{least: number, width: number, height: number, measure?: typeof widthOf}} how
 *   ``width`` and ``height`` of the plot in pixels
 * @returns {{data: Trace[], layout: Layout}}
 */
export function enlarged({data, layout}, {least, width, height, measure = widthOf}) {
  const by = growth(least), own = layout.template?.layout ?? {};
  const large = withReadableFonts(layout, least), {l = 56, r = 16, t = 24, b = 48} = {...own.margin, ...layout.margin};
  const family = layout.font?.family ?? 'sans-serif';
  large.font = {...large.font, size: readable(layout.font?.size ?? own.font?.size ?? SMALLEST, least)};
  delete large.height; // the page gives the plot another
  large.margin = {...layout.margin, l: l * by, r: r * by, b: b * by, t};
  if (layout.title?.text) {
    large.title = inLines(large.title, width, family, measure);
    large.margin.t = Math.max(t, roomOf(large.title));
  }
  for (const [name, length] of /** @type {const} */ ([['xaxis', width], ['yaxis', height]])) {
    const axis = large[name], along = length - (name === 'xaxis' ? (l + r) * by : large.margin.t + b * by);
    if (!axis?.title?.text) continue;
    const size = axis.title.font?.size ?? AXIS_TITLE * large.font.size;
    large[name] = {...axis, title: {...axis.title, text: inWidth(axis.title.text, along, size, family, measure)}};
  }
  // Beside the points of a map, which a large legend would cover.
  if (layout.meta?.labels && layout.showlegend) large.legend = {...large.legend, x: 1.01, xanchor: 'left', y: 1, yanchor: 'top'};
  const callouts = layout.meta?.callouts;
  if (callouts) large.meta = {...layout.meta, callouts: {...callouts, gaps: callouts.gaps.map((gap) => gap * by)}};
  return {layout: large, data: data.map((trace) => {
    const one = withReadableFonts(trace, least), size = trace.marker?.size;
    if (size !== undefined) one.marker = {...one.marker, size: each(size, (pixels) => pixels * by)};
    return one;
  })};
}

/**
 * The figure as it is, its title and subtitle broken into lines where the plot is too narrow for them, as on a phone.
 * @param {{data: Trace[], layout: Layout}} figure
 * @param {{width: number, measure?: typeof widthOf}} how
 * @returns {{data: Trace[], layout: Layout}}
 */
export function withTitleThatFits({data, layout}, {width, measure = widthOf}) {
  if (!width || !layout.title?.text || !layout.title.font?.size) return {data, layout};
  const title = inLines(layout.title, width, layout.font?.family ?? 'sans-serif', measure);
  const more = linesHeight(title) - linesHeight(layout.title), top = layout.margin?.t ?? layout.template?.layout?.margin?.t ?? 24;
  return more > 0 ? {data, layout: {...layout, title, margin: {...layout.margin, t: top + more}}} : {data, layout};
}

/**
 * A title and its subtitle, broken into lines no wider than the plot.
 * @param {any} title
 * @param {number} width
 * @param {string} family
 * @param {typeof widthOf} measure
 */
function inLines(title, width, family, measure) {
  const {text, subtitle, font} = title;
  /** @type {(line: string, size: number) => string} */
  const broken = (line, size) => inWidth(line, width, size, family, measure);
  return {...title, text: broken(text, font.size),
    ...(subtitle?.text ? {subtitle: {...subtitle, text: broken(subtitle.text, subtitle.font.size)}} : {})};
}

/** @type {(text: string, width: number, size: number, family: string, measure: typeof widthOf) => string} */
const inWidth = (text, width, size, family, measure) => text.split('<br>').flatMap((part) => broke(part,
  (line) => measure(unescaped(line.replace(/<[^>]*>/g, '')), size, family) < FILLED * width)).join('<br>');

/**
 * A text in as few lines as fit, broken between words.
 * @param {string} text
 * @param {(line: string) => boolean} fits
 */
export function broke(text, fits) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1), longer = `${last} ${word}`;
    if (last !== undefined && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** @type {(title: any) => number} the height in pixels that a title and its subtitle need above a plot */
const roomOf = (title) => (title.pad?.t ?? 0) + (title.subtitle?.text ? 2 : 1) * APART + linesHeight(title);

/** @type {(title: any) => number} the height in pixels of the lines themselves */
const linesHeight = ({text, font, subtitle}) => LINE * (lines(text) * font.size
  + (subtitle?.text ? lines(subtitle.text) * subtitle.font.size : 0));

/** @type {(text: string) => number} */
const lines = (text) => text.split('<br>').length;

/** @type {(value: any, change: (one: number) => number) => any} a number, or each of an array */
const each = (value, change) => (typeof value === 'number' ? change(value)
  : value && typeof value === 'object' && 'length' in value ? Array.from(value, (one) => (typeof one === 'number' ? change(one) : one))
    : value);
