// Exporting a plot as a picture or as a separate page.

import {escaped} from './text.js';

const MOST_SVG = 20000;
const ANCHORS = {start: 'left', end: 'right', middle: 'center'};

/**
 * The figure as it is now shown, including labels, in a form that does not depend on this page.
 * @param {import('./types').Figure} figure
 * @param {{labels: import('./types').Label[], ground: string, inSpace: boolean,
 *   ranges: import('./types').Ranges | null, camera: import('./types').Camera | null}} now
 * @returns {import('./types').Figure}
 */
export function asSeen(figure, {labels, ground, inSpace, ranges, camera}) {
  const spec = figure.layout.meta?.labels;
  /** @type {import('./types').Layout} */
  const layout = {...figure.layout, paper_bgcolor: ground, uirevision: 0};
  delete layout.width; delete layout.height;
  layout.font = {...layout.font, family: 'Arial, Helvetica, sans-serif'}; // the page's font is not exported
  const data = figure.data.map((trace) => ({...trace}));
  // Vectors instead of pixels, and labels above points, unless there are too many points.
  for (const trace of data) if (trace.type === 'scattergl' && trace.x.length <= MOST_SVG) trace.type = 'scatter';
  if (inSpace) {
    layout.scene = {...layout.scene, camera, annotations: labels.map((one) => ({
      x: one.cloud.x[one.k], y: one.cloud.y[one.k], z: one.cloud.z?.[one.k], text: escaped(one.text), showarrow: false,
      xanchor: ANCHORS[one.anchor], xshift: one.dx, yanchor: 'bottom', yshift: -one.dy, font: {size: one.size}}))};
  } else if (ranges) {
    layout.xaxis = {...layout.xaxis, range: ranges.x, autorange: false};
    layout.yaxis = {...layout.yaxis, range: ranges.y, autorange: false};
    if (spec) {
      data[spec.trace] = {...data[spec.trace], x: labels.map((one) => one.cloud.x[one.k]),
        y: labels.map((one) => one.cloud.y[one.k]), text: labels.map((one) => escaped(one.text)),
        textposition: labels.map((one) => one.position), visible: true, cliponaxis: false,
        textfont: {...data[spec.trace].textfont, size: labels.map((one) => one.size)}};
    }
  }
  return {data, layout};
}

/**
 * Download pieces of HTML as a file.
 * @param {string[]} html
 * @param {string} filename
 */
export function savePage(html, filename) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(html, {type: 'text/html'}));
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
