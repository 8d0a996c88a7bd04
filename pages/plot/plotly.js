// The renderer that uses Plotly. Plotly.react draws in place, so that hover survives a new figure; zoom and
// camera, which a new figure would reset, are passed to each drawing.

import {pack} from './arrays.js';
import {escaped} from './text.js';

const LIBRARY = new URL('../../plotly.min.js', import.meta.url).href;
const HTML_ICON = {width: 24, height: 24,
  path: 'M9.4 16.6 4.8 12l4.6-4.6L8 6l-6 6 6 6 1.4-1.4zm5.2 0 4.6-4.6-4.6-4.6L16 6l6 6-6 6-1.4-1.4z'};

/** @type {Promise<void> | null} */
let loading = null;
let drawings = 0;
/** The configuration of each element: Plotly draws everything from scratch if it gets a different object.
 * @type {WeakMap<HTMLElement, {select: boolean, isMap: boolean, config: object}>} */
const configured = new WeakMap();

/** @returns {any} the library, which makes itself a global */
const library = () => /** @type {any} */ (globalThis).Plotly;
/** @type {(el: HTMLElement) => any} the element with the fields that Plotly adds to it */
const own = (el) => el;

/** @type {(el: HTMLElement, settings: import('./types').Settings) => object} */
function configure(el, {select, isMap, save}) {
  const before = configured.get(el);
  if (before && before.select === select && before.isMap === isMap) return before.config;
  const {Icons} = library();
  const config = {
    responsive: true, scrollZoom: isMap, displaylogo: false, displayModeBar: isMap || 'hover',
    // Plotly doubles the resolution of WebGL, which takes four times as long without a GPU.
    plotGlPixelRatio: Math.max(1, globalThis.devicePixelRatio || 1),
    showSendToCloud: false, // the data must not leave this server
    modeBarButtonsToRemove: ['autoScale2d', 'toImage', ...(select ? [] : ['select2d', 'lasso2d']),
      'tableRotation', 'resetCameraLastSave3d', 'hoverClosest3d'],
    modeBarButtonsToAdd: [
      {name: 'png', title: 'Download as PNG', icon: Icons.camera, click: save.png},
      {name: 'svg', title: 'Download as SVG', icon: Icons.disk, click: save.svg},
      {name: 'html', title: 'Download as a web page (HTML)', icon: HTML_ICON, click: save.html},
    ],
  };
  configured.set(el, {select, isMap, config});
  return config;
}

/** @type {(el: HTMLElement) => import('./types').View | null} */
function viewInSpace(el) {
  const scene = own(el)._fullLayout.scene._scene;
  const camera = scene?.glplot?.cameraParams, box = scene?.container?.getBoundingClientRect();
  if (!camera?.view || !box?.width) return null;
  const frame = el.getBoundingClientRect(), [sx, sy, sz] = scene.dataScale ?? [1, 1, 1];
  /** @type {(m: number[], v: number[]) => number[]} */
  const times = (m, v) => [0, 1, 2, 3].map((i) => m[i] * v[0] + m[4 + i] * v[1] + m[8 + i] * v[2] + m[12 + i] * v[3]);
  const left = box.left - frame.left, top = box.top - frame.top;
  return {
    box: [left, top, left + box.width, top + box.height],
    at: (x, y, z = 0) => {
      const p = times(camera.projection, times(camera.view, times(camera.model, [x * sx, y * sy, z * sz, 1])));
      return [left + 0.5 * box.width * (1 + p[0] / p[3]), top + 0.5 * box.height * (1 - p[1] / p[3])];
    },
  };
}

/** @type {import('./types').Renderer} */
export const plotly = {
  expect() {
    if (loading || document.head.querySelector(`link[href="${LIBRARY}"]`)) return;
    const ahead = document.createElement('link');
    Object.assign(ahead, {rel: 'preload', as: 'script', href: LIBRARY});
    document.head.append(ahead);
  },

  load() {
    return (loading ??= new Promise((ok, fail) => {
      const script = document.createElement('script');
      script.onload = () => ok();
      script.onerror = () => { loading = null; fail(new Error('plotly.min.js could not be loaded')); };
      script.src = LIBRARY;
      document.head.append(script);
    }));
  },

  isLoaded: () => Boolean(library()),

  async draw(el, {data, layout}, settings) {
    const {view, inSpace, ranges, camera} = settings, revision = ++drawings;
    layout.uirevision = `${view} ${inSpace}`; // keeps the chosen tool
    layout.selectionrevision = revision;
    for (const axis of ['xaxis', 'yaxis']) layout[axis] = {...layout[axis], uirevision: revision};
    if (ranges && !inSpace) {
      layout.xaxis = {...layout.xaxis, range: [...ranges.x], autorange: false};
      layout.yaxis = {...layout.yaxis, range: [...ranges.y], autorange: false};
    }
    if (inSpace && camera) layout.scene.camera = camera;
    if (inSpace) layout.scene.uirevision = revision;
    await library().react(el, data, layout, configure(el, settings));
  },

  move: (el, {data, layout}) => library().react(el, data, layout),
  change: (el, trace, layout) => library().update(el, trace, layout, [0]),
  annotate: (el, annotations) => library().relayout(el, {annotations}),
  resize: (el) => library().Plots.resize(el),
  look: (el, {ranges, camera}) => library().relayout(el, {
    ...(ranges && {'xaxis.range': ranges.x, 'yaxis.range': ranges.y}), ...(camera && {'scene.camera': camera})}),
  free(el) {
    configured.delete(el);
    library()?.purge(el);
  },

  listen(el, listener) {
    /** @param {any} point */
    const row = (point) => {
      const data = point.customdata;
      return data === undefined ? point.pointNumber : Number(data[0] ?? data);
    };
    own(el).on('plotly_click', (/** @type {any} */ event) => {
      listener.clicked(row(event.points[0]), Boolean(event.event?.shiftKey));
    });
    own(el).on('plotly_selected', (/** @type {any} */ event) => {
      if (event?.points?.length) listener.selected([...new Set(event.points.map(row))].map(Number));
    });
    own(el).on('plotly_relayouting', (/** @type {any} */ change) => {
      const full = own(el)._fullLayout;
      if (full.scene) return;
      /** @param {string} axis */
      const range = (axis) => change[`${axis}.range`] ?? (change[`${axis}.range[0]`] === undefined ? full[axis].range
        : [change[`${axis}.range[0]`], change[`${axis}.range[1]`]]);
      listener.moving({x: range('xaxis'), y: range('yaxis')});
    });
    own(el).on('plotly_relayout', (/** @type {object} */ change) => {
      const keys = Object.keys(change);
      if (keys.includes('annotations')) return; // set by this module
      listener.changed();
      if (keys.some((k) => k.startsWith('scene.camera') || k === 'scene.aspectratio')) {
        listener.turned(plotly.camera(el));
      } else if (keys.some((k) => k.includes('autorange'))) {
        listener.zoomed(null);
      } else if (keys.some((k) => k.startsWith('xaxis.range') || k.startsWith('yaxis.range'))) {
        listener.zoomed(plotly.ranges(el));
      } else if (keys.length && !keys.every((k) => k.startsWith('dragmode'))) {
        listener.zoomed(undefined);
      }
    });
  },

  figure(el) {
    const {data, layout, _fullLayout} = own(el);
    return _fullLayout ? {data, layout} : null;
  },
  inSpace: (el) => Boolean(own(el)._fullLayout?.scene),

  view(el, ranges) {
    const full = own(el)._fullLayout;
    if (full?.scene) return viewInSpace(el);
    const ax = full?.xaxis, ay = full?.yaxis;
    if (!ax?._length || !ay?._length) return null;
    const [x0, x1] = ranges?.x ?? ax.range, [y0, y1] = ranges?.y ?? ay.range;
    return {
      box: [ax._offset, ay._offset, ax._offset + ax._length, ay._offset + ay._length],
      at: (x, y) => [ax._offset + (x - x0) / (x1 - x0) * ax._length, ay._offset + (y1 - y) / (y1 - y0) * ay._length],
    };
  },

  ranges(el) {
    const {xaxis, yaxis} = own(el)._fullLayout ?? {};
    if (!xaxis?.range || !yaxis?.range) return null;
    const [x0, x1] = xaxis.range, [y0, y1] = yaxis.range;
    return {x: [x0, x1], y: [y0, y1]};
  },
  camera: (el) => own(el)._fullLayout?.scene?._scene?.getCamera() ?? null,
  direction(el) {
    const camera = own(el)._fullLayout?.scene?._scene?.glplot?.cameraParams;
    return camera ? `${camera.view?.join()} ${camera.projection?.join()}` : null;
  },

  width: (el) => own(el)._fullLayout?.width ?? 0,
  height: (el) => own(el)._fullLayout?.height ?? 0,
  frame: (el) => el.querySelector('.svg-container'),
  insert(el, layer) {
    const container = el.querySelector('.svg-container');
    const tops = container?.querySelectorAll(':scope > .main-svg') ?? [];
    container?.insertBefore(layer, tops.length > 1 ? tops[tops.length - 1] : null);
  },
  furniture: (el) => [...el.querySelectorAll('.legend, .colorbar')],
  show(el, names, visible) {
    for (const group of el.querySelectorAll('.scatterlayer .trace')) {
      if (names.includes(/** @type {any} */ (group).__data__?.[0]?.trace?.name)) {
        /** @type {SVGGElement} */ (group).style.visibility = visible ? '' : 'hidden';
      }
    }
  },

  async savePicture(figure, {format, filename, width, height}) {
    await plotly.load();
    await library().downloadImage({...figure, config: {plotGlPixelRatio: 2}},
      {format, filename, width, height, scale: format === 'png' ? 2 : 1});
  },

  async page({data, layout}, title) {
    const source = await (await fetch(LIBRARY)).text();
    /** @param {any} value */
    const json = (value) => JSON.stringify(pack(value)).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028');
    return ['<!doctype html><html><head><meta charset="utf-8"><title>', escaped(title),
      '</title><style>html,body{margin:0;height:100%}#plot{height:100%}</style></head><body><div id="plot"></div><script>',
      source, '</scr', 'ipt><script>Plotly.newPlot("plot",', json(data), ',', json(layout),
      ',{responsive:true,scrollZoom:true,displaylogo:false})</scr', 'ipt></body></html>'];
  },
};
