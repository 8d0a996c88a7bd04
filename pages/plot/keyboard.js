// The keyboard of a map of words: which word it stands at, what is said of that word, and how it is marked.

import {readable} from './enlarge.js';
import {cloudsOf, SVG} from './labels.js';
import {FILM_KEYS, KEYS, nameOf, wordAt} from './spoken.js';
import {nearestTo, step, wishOf} from './steps.js';
import {seen} from './text.js';
import {lookOf} from './theme.js';
import {closer} from './view.js';

const EDGE = 24; // pixels from the edge of the picture at which it moves on
const SIZE = 15; // pixels of its name
const RADIUS = 11; // pixels of the ring around the word

export class Keyboard {
  /**
   * @param {HTMLElement} el
   * @param {{renderer: () => import('./types').Renderer, click: (row: number, withShift: boolean) => void}} plot
   */
  constructor(el, {renderer, click}) {
    this.el = el;
    this.renderer = renderer;
    this.click = click;
    /** @type {number | null} the row of the word at which the keyboard stands */
    this.row = null;
    /** @type {number | null} where that is among the points of the figure */
    this.at = null;
    this.size = SIZE;
    this.said = document.createElement('div');
    this.keys = document.createElement('div');
    this.said.className = 'w2v-said';
    this.said.dir = 'auto';
    this.said.setAttribute('aria-live', 'polite');
    this.keys.className = 'w2v-keys';
    this.keys.textContent = KEYS;
    this.keys.id = `w2v-keys-${++Keyboard.made}`;
    el.addEventListener('keydown', (event) => this.press(event));
    for (const name of ['focus', 'blur']) el.addEventListener(name, () => this.mark());
  }

  /**
   * Name a plot that has just been drawn, and let the keyboard into it if it is a map.
   * @param {import('./types').Figure} figure
   * @param {import('./contract').Data} data
   * @param {boolean} isFilm whether a time bar stands below it
   */
  follow({layout, data: traces}, data, isFilm) {
    const {el} = this, clouds = cloudsOf({layout, data: traces}), name = nameOf(layout, data);
    el.setAttribute('aria-label', clouds ? `${name}: ${clouds[0].x.length.toLocaleString('en')} words` : name);
    // Not "img", whose content, such as the buttons of a plot, would be nobody's.
    el.setAttribute('role', clouds ? 'application' : 'figure');
    if (!clouds) {
      for (const attribute of ['tabindex', 'aria-describedby']) el.removeAttribute(attribute);
      this.row = this.at = null;
      return;
    }
    this.keys.textContent = KEYS + (isFilm ? FILM_KEYS : '');
    this.size = data.least_type === null ? SIZE : readable(SIZE, data.least_type);
    el.tabIndex = 0;
    el.setAttribute('aria-describedby', this.keys.id);
    if (!this.said.isConnected) el.before(this.keys, this.said);
    this.at = this.row === null ? null : this.find(clouds, this.row);
    if (this.at === null) this.row = null;
    this.mark();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const wish = event.target === this.el ? wishOf(event) : null;
    if (!wish || !cloudsOf(this.renderer().figure(this.el))) return;
    event.preventDefault();
    if ('step' in wish) this.step(wish.step);
    else if ('zoom' in wish) this.zoom(wish.zoom);
    else if ('release' in wish) this.stand(null);
    else if (this.row !== null) this.click(this.row, wish.add);
  }

  /** The points of the figure as they are drawn now; null if it is no map. */
  points() {
    const figure = this.renderer().figure(this.el), clouds = cloudsOf(figure), view = this.renderer().view(this.el);
    if (!figure || !clouds || !view) return null;
    const n = clouds[0].x.length;
    /** @param {number} i */
    const where = (i) => ({cloud: clouds[Math.floor(i / n)], k: i % n});
    /** @type {(i: number) => import('./types').Place} */
    const at = (i) => {
      const {cloud, k} = where(i);
      return view.at(cloud.x[k], cloud.y[k], cloud.z?.[k]);
    };
    return {n: n * clouds.length, where, at, view, meta: figure.layout.meta, clouds};
  }

  /** @param {import('./steps').Direction} direction */
  step(direction) {
    const points = this.points();
    if (!points) return;
    const {n, at, view: {box: [x0, y0, x1, y1]}, meta} = points;
    const middle = /** @type {import('./types').Place} */ ([(x0 + x1) / 2, (y0 + y1) / 2]);
    const selected = meta?.map?.rings ? meta.labels?.first[0] : undefined;
    const next = this.at !== null ? step(n, at, this.at, direction) : selected ?? nearestTo(n, at, middle);
    if (next === null) { this.say(`No word further ${direction}.`); return; }
    this.stand(next);
    const [x, y] = at(next);
    if (x < x0 + EDGE || x > x1 - EDGE || y < y0 + EDGE || y > y1 - EDGE) this.zoom(1);
  }

  /**
   * Stand at a point, or at none.
   * @param {number | null} at
   */
  stand(at) {
    const points = this.points();
    this.at = at;
    this.row = null;
    if (at !== null && points) {
      const {cloud, k} = points.where(at);
      this.row = rowOf(cloud, k);
      this.say(wordAt(cloud, k));
    } else this.say('');
    this.mark();
  }

  /**
   * Show a wider or narrower part of the map around the word at which the keyboard stands.
   * @param {number} factor of what is shown; 1 only moves there
   */
  zoom(factor) {
    const renderer = this.renderer(), {el} = this, points = this.points();
    if (!points) return;
    const ranges = renderer.ranges(el), camera = renderer.camera(el);
    const place = this.at === null ? null : points.where(this.at);
    if (renderer.inSpace(el)) {
      if (camera) renderer.look(el, {camera: closer.inSpace(camera, factor)});
    } else if (ranges) {
      const middle = place && {x: place.cloud.x[place.k], y: place.cloud.y[place.k]};
      renderer.look(el, {ranges: closer.flat(ranges, factor, middle)});
    }
  }

  /** @param {string} text */
  say(text) {
    this.said.textContent = text;
  }

  /**
   * Mark the word at which the keyboard stands, while the map has the focus.
   * @param {import('./types').Ranges} [ranges] of the axes, if they differ from those of the renderer
   */
  mark(ranges) {
    const renderer = this.renderer(), {el} = this, frame = renderer.frame(el);
    let layer = /** @type {SVGElement | null} */ (frame?.querySelector(':scope > .w2v-focus') ?? null);
    const points = this.at === null || document.activeElement !== el ? null : this.points();
    const view = points && renderer.view(el, ranges);
    if (!points || !view || this.at === null) { layer?.remove(); return; }
    const {cloud, k} = points.where(this.at), [x, y] = view.at(cloud.x[k], cloud.y[k], cloud.z?.[k]);
    if (!layer) {
      layer = document.createElementNS(SVG, 'svg');
      layer.setAttribute('class', 'w2v-focus');
      layer.setAttribute('aria-hidden', 'true');
      renderer.insert(el, layer);
    }
    const {ink, ground, family} = lookOf(el), text = document.createElementNS(SVG, 'text');
    const rings = [ground, ink].map((colour, i) => {
      const ring = document.createElementNS(SVG, 'circle');
      ring.setAttribute('r', String(RADIUS));
      ring.style.cssText = `fill:none;stroke:${colour};stroke-width:${i ? 2.5 : 6}px`;
      return ring;
    });
    text.textContent = seen(cloud.text?.[k]);
    text.setAttribute('text-anchor', 'middle');
    text.setAttribute('y', String(y < 40 ? RADIUS + 18 : -RADIUS - 6));
    text.style.cssText = `font-size:${this.size}px;font-weight:600;fill:${ink};stroke:${ground};stroke-width:5px`;
    text.style.fontFamily = family;
    const group = document.createElementNS(SVG, 'g');
    group.setAttribute('transform', `translate(${x.toFixed(1)},${y.toFixed(1)})`);
    group.append(...rings, text);
    layer.replaceChildren(group);
  }

  /**
   * Where a row is among the points; null if it is not drawn.
   * @param {import('./types').Trace[]} clouds
   * @param {number} row
   */
  find(clouds, row) {
    const n = clouds[0].x.length;
    for (let i = 0; i < n * clouds.length; i++) {
      if (rowOf(clouds[Math.floor(i / n)], i % n) === row) return i;
    }
    return null;
  }
}
Keyboard.made = 0;

/** @type {(cloud: import('./types').Trace, k: number) => number} */
const rowOf = (cloud, k) => Number(cloud.customdata?.[k]?.[0] ?? k);
