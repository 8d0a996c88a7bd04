// The renderer of flat maps with very many points: WebGL draws the points, on a canvas below Plotly's drawing, and
// Plotly everything else: axes, marks, legends, buttons, box and lasso.

import {HoverLabel, linesOf} from './hover_label.js';
import {cloudsOf} from './labels.js';
import {withStandIns} from './large_points.js';
import {PointCanvas} from './point_canvas.js';
import {cornersOf, nearestPoint, pointsInside} from './point_index.js';
import {plotly} from './plotly.js';
import {lookOf} from './theme.js';

const REACH = 20; // pixels between the mouse and a point that it is taken to mean
const FINE = 2; // pixels of a saved picture for each of the page
const CLICK = 4; // pixels that the mouse may move during a click

/** @type {typeof import('./vendored/libraries') | null} */
let libraries = null;
/** @type {boolean | null} whether this browser has taken the drawing away, or never gave it; null before it was asked */
let refused = null;

/** @typedef {import('./types').Trace} Trace */
/** @typedef {import('./types').Listener} Listener */
/** @typedef {{range(x0: number, y0: number, x1: number, y1: number): number[]}} Index */

/** @type {WeakMap<HTMLElement, LargePlot>} */
const plots = new WeakMap();

/** What is drawn in one element. */
class LargePlot {
  /** @param {HTMLElement} el */
  constructor(el) {
    this.el = el;
    /** @type {Trace[]} all traces, with their points */
    this.data = [];
    /** @type {Trace[]} */
    this.clouds = [];
    /** @type {PointCanvas} */
    this.canvas = new PointCanvas(/** @type {NonNullable<typeof libraries>} */ (libraries), () => {
      refused = true;
      this.listener?.lost();
    });
    this.label = new HoverLabel();
    /** @type {Map<Trace, Index>} */
    this.indexes = new Map();
    /** @type {Listener | null} */
    this.listener = null;
    /** @type {[cloud: Trace, k: number] | null} the point under the mouse */
    this.under = null;
    /** @type {[x: number, y: number] | null} where a button of the mouse was pressed */
    this.pressed = null;
    this.dragged = false; // whether it has moved since
    this.leaving = new AbortController();
    this.looking = 0;
  }

  /** @param {Trace[]} data */
  take(data) {
    const layout = /** @type {any} */ (this.el).layout;
    this.data = data;
    this.clouds = cloudsOf({data, layout}) ?? [];
    this.indexes.clear();
    this.label.hide();
  }

  /** Put the canvas below Plotly's drawing, and draw the points for its axes. */
  paint() {
    const {el, canvas, label} = this, frame = plotly.frame(el), view = plotly.view(el), ranges = plotly.ranges(el);
    if (!frame || !view || !ranges) return;
    if (canvas.root.parentElement !== frame) frame.prepend(canvas.root);
    label.into(frame);
    canvas.place(view.box);
    canvas.show(ranges);
  }

  free() {
    this.leaving.abort();
    this.canvas.free();
    this.label.root.remove();
    this.label.ring.remove();
  }

  /**
   * The index of a cloud, made when it is first needed.
   * @param {Trace} cloud
   * @returns {Index}
   */
  indexOf(cloud) {
    let index = this.indexes.get(cloud);
    if (!index) {
      const {KDBush} = /** @type {NonNullable<typeof libraries>} */ (libraries), n = cloud.x.length, made = new KDBush(n);
      for (let k = 0; k < n; k++) made.add(cloud.x[k], cloud.y[k]);
      this.indexes.set(cloud, index = made.finish());
    }
    return index;
  }

  /**
   * The point at a place of the window.
   * @param {number} clientX
   * @param {number} clientY
   * @returns {[cloud: Trace, k: number] | null}
   */
  pointAt(clientX, clientY) {
    const {el} = this, frame = el.getBoundingClientRect(), view = plotly.view(el), ranges = plotly.ranges(el);
    if (!view || !ranges) return null;
    const x = clientX - frame.left, y = clientY - frame.top, [x0, y0, x1, y1] = view.box;
    if (x < x0 || x > x1 || y < y0 || y > y1) return null;
    /** @type {[cloud: Trace, k: number] | null} */
    let found = null;
    let least = Infinity;
    for (const cloud of this.clouds) {
      const near = nearestPoint(this.indexOf(cloud), cloud, [x, y], {box: view.box, ranges}, REACH);
      if (near && near.far < least) { least = near.far; found = [cloud, near.k]; }
    }
    return found;
  }

  /** @param {PointerEvent} event */
  hover({clientX, clientY}) {
    cancelAnimationFrame(this.looking);
    this.looking = requestAnimationFrame(() => {
      const {el} = this, found = this.pressed ? null : this.pointAt(clientX, clientY);
      if (!found) { this.leave(); return; }
      if (this.under?.[0] === found[0] && this.under[1] === found[1] && !this.label.root.hidden) return;
      this.under = found;
      const [cloud, k] = found, place = plotly.view(el)?.at(cloud.x[k], cloud.y[k]);
      if (place) this.label.show(place, linesOf(cloud, k), plotly.figure(el)?.layout.hoverlabel ?? {}, lookOf(el).family);
    });
  }

  leave() {
    cancelAnimationFrame(this.looking);
    this.under = null;
    this.label.hide();
  }

  /** @param {Listener} listener */
  listen(listener) {
    const {el} = this, heard = {signal: this.leaving.signal};
    this.listener = listener;
    /** @param {EventTarget | null} target */
    const inPlot = (target) => target instanceof Element && Boolean(target.closest('.drag'));
    window.addEventListener('pointermove', ({clientX, clientY}) => {
      if (this.pressed && Math.hypot(clientX - this.pressed[0], clientY - this.pressed[1]) > CLICK) this.dragged = true;
    }, {...heard, capture: true});
    el.addEventListener('pointermove', (event) => {
      if (inPlot(event.target)) this.hover(event); else this.leave();
    }, heard);
    el.addEventListener('pointerleave', () => this.leave(), heard);
    // In the capturing phase, because Plotly lets nobody hear of a press that it handles.
    el.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || !event.isPrimary || !inPlot(event.target)) return;
      this.pressed = [event.clientX, event.clientY];
      this.dragged = false;
      this.leave();
    }, {...heard, capture: true});
    window.addEventListener('pointerup', (event) => {
      if (!this.pressed) return;
      const found = this.dragged ? null : this.pointAt(...this.pressed);
      this.pressed = null;
      if (found) this.listener?.clicked(rowOf(...found), event.shiftKey);
    }, {...heard, capture: true});
    window.addEventListener('pointercancel', () => { this.pressed = null; }, heard);
    /** @type {any} */ (el).on('plotly_selected', (/** @type {any} */ event) => {
      const corners = cornersOf(event);
      if (!corners) return;
      const rows = this.clouds.flatMap((cloud) => pointsInside(this.indexOf(cloud), cloud, corners).map((k) => rowOf(cloud, k)));
      if (rows.length) this.listener?.selected(rows);
    });
  }
}

/** @type {(cloud: Trace, k: number) => number} */
const rowOf = (cloud, k) => Number(cloud.customdata?.[k][0] ?? k);

/** Whether this browser draws with WebGL here. */
export function canDrawLarge() {
  if (refused === null) {
    const gl = document.createElement('canvas').getContext('webgl2');
    refused = !gl;
    gl?.getExtension('WEBGL_lose_context')?.loseContext(); // a page may hold few of them
  }
  return !refused;
}

/**
 * A figure with a picture of its points, which lies below marks and labels and is drawn much faster than the points.
 * @param {import('./types').Figure} figure
 * @param {{width: number, height: number}} size in pixels
 * @returns {Promise<import('./types').Figure>}
 */
async function withPicture({data, layout}, {width, height}) {
  const clouds = cloudsOf({data, layout}) ?? [], rest = withStandIns(data, clouds), aside = document.createElement('div');
  aside.style.cssText = `position:absolute;left:-9999px;width:${width}px;height:${height}px`;
  document.body.append(aside);
  const canvas = new PointCanvas(/** @type {NonNullable<typeof libraries>} */ (libraries), () => {}, FINE);
  try {
    const idle = () => {}, save = {png: idle, svg: idle, html: idle};
    await plotly.draw(aside, {data: rest, layout: {...layout}},
      {view: '', inSpace: false, ranges: null, camera: null, select: false, isMap: true, save});
    const view = plotly.view(aside), ranges = plotly.ranges(aside);
    if (!view || !ranges) return {data, layout};
    canvas.set(clouds);
    canvas.place(view.box);
    canvas.show(ranges);
    const image = {source: canvas.canvas.toDataURL(), xref: 'paper', yref: 'paper', x: 0, y: 1, sizex: 1, sizey: 1,
      xanchor: 'left', yanchor: 'top', sizing: 'stretch', layer: 'below'};
    return {data: rest, layout: {...layout, images: [image]}};
  } finally {
    canvas.free();
    plotly.free(aside);
    aside.remove();
  }
}

/** @type {import('./types').Renderer} */
export const large = {
  ...plotly,

  async load() {
    const [found] = await Promise.all([import('./vendored/libraries.js'), plotly.load()]);
    libraries = found;
  },
  isLoaded: () => plotly.isLoaded() && libraries !== null,

  async draw(el, {data, layout}, settings) {
    const plot = plots.get(el) ?? new LargePlot(el), clouds = cloudsOf({data, layout}) ?? [];
    plots.set(el, plot);
    layout.hovermode = false; // Plotly looks for no point under the mouse: it knows none
    await plotly.draw(el, {data: withStandIns(data, clouds), layout}, settings);
    plot.take(data);
    plot.canvas.set(plot.clouds);
    plot.paint();
  },

  async move(el, figure) {
    const plot = plots.get(el);
    if (!plot) return;
    const before = plot.data, moved = figure.data.some((trace, i) => trace !== before[i] && !plot.clouds.includes(before[i]));
    plot.take(figure.data);
    if (moved) await plotly.move(el, {data: withStandIns(figure.data, plot.clouds), layout: figure.layout});
    plot.canvas.move(plot.clouds);
    plot.paint();
  },

  async resize(el) {
    await plotly.resize(el);
    plots.get(el)?.paint();
  },

  free(el) {
    plots.get(el)?.free();
    plots.delete(el);
    plotly.free(el);
  },

  listen(el, listener) {
    const plot = plots.get(el);
    if (!plot) return;
    plot.listen(listener);
    plotly.listen(el, {
      ...listener,
      clicked: () => {},
      selected: () => {},
      moving: (ranges) => {
        plot.leave();
        plot.canvas.follow(ranges);
        listener.moving(ranges);
      },
      changed: () => {
        plot.paint();
        listener.changed();
      },
    });
  },

  figure(el) {
    const plot = plots.get(el), drawn = plotly.figure(el);
    return plot && drawn ? {data: plot.data, layout: drawn.layout} : null;
  },
  inSpace: () => false,

  async savePicture(figure, picture) {
    await large.load();
    await plotly.savePicture(await withPicture(figure, picture), picture);
  },
  page: ({data, layout}, title) => plotly.page({data, layout: {...layout, hovermode: 'closest'}}, title),
};
