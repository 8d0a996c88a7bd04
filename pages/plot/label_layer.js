// The layer of a plot's labels and callouts: they are placed for the real size, zoom and camera, and moved
// with their points in between.

import {placeCallouts} from './callouts.js';
import {chooseLabels, cloudsOf, drawLabels, drawMarks, moveLabels, SVG} from './labels.js';
import {Later} from './later.js';
import {forgetWidths} from './measure.js';
import {lookOf} from './theme.js';

export class LabelLayer {
  /**
   * @param {HTMLElement} el
   * @param {import('./types').Renderer} renderer
   */
  constructor(el, renderer) {
    this.el = el;
    this.renderer = renderer;
    /** @type {import('./types').Label[]} */
    this.labels = [];
    /** @type {import('./types').Marks | null} */
    this.marks = null;
    this.grown = 1; // by how much labels and marks are larger than usual
    this.cameraWatched = false;
    this.later = new Later(el);
  }

  /** @returns {SVGElement | null} */
  svg() {
    const frame = this.renderer.frame(this.el);
    if (!frame) return null;
    let svg = /** @type {SVGElement | null} */ (frame.querySelector(':scope > .w2v-labels'));
    if (!svg) {
      svg = document.createElementNS(SVG, 'svg');
      svg.setAttribute('class', 'w2v-labels');
      this.renderer.insert(this.el, svg);
    }
    return svg;
  }

  /** Label a figure that has just been drawn, or leave the layer empty if it has no labels. */
  begin() {
    const {el, renderer} = this, inSpace = renderer.inSpace(el);
    if (!cloudsOf(renderer.figure(el))) { this.clear(); return; }
    if (!inSpace) this.place();
    if (document.fonts.status !== 'loaded') {
      // Widths measured in another font are no longer valid.
      document.fonts.ready.then(() => { forgetWidths(); this.placeSoon(0); });
    }
    if (inSpace) { this.placeSoon(60); this.watchCamera(); }
  }

  clear() {
    this.labels = [];
    this.svg()?.replaceChildren();
  }

  /** Choose again which labels are shown, and where. */
  place() {
    const {el, renderer} = this, figure = renderer.figure(el), clouds = cloudsOf(figure);
    const meta = figure?.layout.meta, view = clouds && renderer.view(el);
    this.clear();
    const svg = this.svg();
    if (!clouds || !view || !svg || !meta?.labels) return;
    const inSpace = renderer.inSpace(el), look = lookOf(el), frame = el.getBoundingClientRect();
    /** @type {import('./types').Box[]} */
    const taken = renderer.furniture(el).map((one) => {
      const b = one.getBoundingClientRect();
      return [b.left - frame.left, b.top - frame.top, b.right - frame.left, b.bottom - frame.top];
    });
    this.labels = chooseLabels(clouds, {...meta, labels: meta.labels}, view, {inSpace, family: look.family, taken, grown: this.grown});
    drawLabels(svg, this.labels, {...look, inSpace, second: clouds[1], grown: this.grown});
    this.move();
  }

  placeSoon(wait = 120) {
    this.later.do('labels', wait, () => this.place());
  }

  /**
   * Move labels and marks to their points.
   * @param {import('./types').Ranges} [ranges] of the axes, if they differ from those of the renderer
   */
  move(ranges) {
    if (!this.labels.length && !this.marks) return;
    const view = this.renderer.view(this.el, ranges), svg = this.svg();
    if (!view || !svg) return;
    drawMarks(svg, this.marks, view, this.grown);
    moveLabels(this.labels, view);
  }

  /** The points have moved: move the same labels with them. */
  follow() {
    const cloud = cloudsOf(this.renderer.figure(this.el))?.[0];
    if (!cloud) return;
    for (const label of this.labels) {
      if (label.region) label.node?.remove(); // its place is found again when the points rest
      else label.cloud = cloud;
    }
    this.labels = this.labels.filter((label) => !label.region);
    this.move();
  }

  /** In 3-D, labels follow the camera and are placed again when it stops. */
  watchCamera() {
    if (this.cameraWatched) return;
    this.cameraWatched = true;
    let last = '';
    const look = () => {
      const now = this.el.isConnected ? this.renderer.direction(this.el) : null;
      if (now === null) { this.cameraWatched = false; return; }
      if (now !== last) { last = now; this.move(); this.placeSoon(); }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  async placeCallouts() {
    const {el, renderer} = this, figure = renderer.figure(el);
    if (!figure?.layout.meta?.callouts || renderer.inSpace(el)) return;
    const view = renderer.view(el), notes = view && placeCallouts(figure, view);
    if (notes) await renderer.annotate(el, notes);
  }

  placeCalloutsSoon() {
    this.later.do('callouts', 80, () => this.placeCallouts());
  }
}
