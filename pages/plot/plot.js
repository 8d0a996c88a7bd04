// One plot: what it shows from figure to figure, and what happens after a click. It draws through a renderer
// and does not depend on a drawing library itself.

import {barsOf, marked, nearestIn, placesIn, titleOf} from './answers.js';
import {whole} from './arrays.js';
import {withoutCallouts} from './callouts.js';
import {thinOut} from './crowded_text.js';
import {enlarged, growth, readable, withTitleThatFits} from './enlarge.js';
import {asSeen, savePage} from './export.js';
import {atMoment, layoutAt} from './film.js';
import {gliding, inRanges, isStill, sameWords, TAKES} from './glide.js';
import {KeptView} from './kept_view.js';
import {Keyboard} from './keyboard.js';
import {LabelLayer} from './label_layer.js';
import {cloudsOf} from './labels.js';
import {Later} from './later.js';
import {held, part, wakeAll} from './parts.js';
import {inPlaceOfLarge, rendererOf, usual} from './renderers.js';
import {removeSketch, sketch} from './sketch.js';
import {dress, forGround, lookOf} from './theme.js';
import {CAPTION_HEIGHT, TIME_BAR_HEIGHT, TimeBar} from './time_bar.js';
import {inTurn} from './turns.js';

const MARKED = ['selected and nearest', 'lines to the nearest']; // traces that a click outdates

const HIGH = 0.65; // of the window: where a plot begins at the lowest that fills it
const LOW = 260, EDGE = 22; // pixels: what is lower than that fills nothing; what is left below a plot

/** @typedef {import('./contract').Data} Data */

/** The plots of the page by their keys.
 * @type {Map<string, Plot>} */
const plots = new Map();
/** The films that have played of themselves.
 * @type {Set<string>} */
const played = new Set();
/** @type {WeakMap<HTMLElement, Plot>} */
const byElement = new WeakMap();

export class Plot {
  /** @param {HTMLElement} el */
  constructor(el) {
    this.el = el;
    /** @type {import('./types').Renderer} */
    this.renderer = usual;
    /** @type {import('./types').Renderer | null} the renderer to which this plot listens */
    this.heard = null;
    /** @type {(event: string, value: object) => void} sends an event to Python */
    this.emit = () => {};
    this.name = 'plot';
    /** @type {object | null} the newest drawing that was requested */
    this.asked = null;
    /** @type {Promise<void>} */
    this.queue = Promise.resolve();
    /** @type {(() => void) | null} lets the next plot be drawn */
    this.release = null;
    this.drawing = false;
    /** @type {Data | null} what Python sent last */
    this.data = null;
    this.below = 0; // pixels that the time bar and its captions take
    this.resizing = false; // whether its size is observed
    this.view = new KeptView(el);
    this.labels = new LabelLayer(el, usual);
    this.keyboard = new Keyboard(el, {renderer: () => this.renderer, click: (row, add) => this.click(row, add)});
    this.later = new Later(el);

    // What is drawn.
    /** @type {import('./types').Trace[]} */
    this.traces = [];
    /** @type {import('./types').Frame[]} */
    this.frames = [];
    /** @type {import('./contract').Answers | null} */
    this.answers = null;

    // Passes of a training.
    /** @type {TimeBar | null} */
    this.bar = null;
    /** @type {number | null} */
    this.moment = null;
  }

  /**
   * The plot of an element, the same from call to call.
   * @param {HTMLElement} el
   */
  static of(el) {
    const plot = byElement.get(el) ?? new Plot(el);
    byElement.set(el, plot);
    return plot;
  }

  /**
   * Draw the figures that Python sent, in order, skipping those that are out of date.
   * @param {Data} data
   */
  show(data) {
    plots.set(data.key, this);
    this.data = data;
    const mine = (this.asked = {});
    wakeAll(); // a drawing that is waiting for a part notices that it is out of date
    this.queue = this.queue.then(() => (this.asked === mine ? this.draw(data, mine) : undefined))
      .catch((error) => console.error(error))
      .finally(() => this.release?.());
  }

  /** Release an element that has left the page. */
  free() {
    if (this.el.isConnected) return;
    this.heard = null;
    this.renderer.free(this.el);
  }

  // Drawing.

  /**
   * @param {Data} data
   * @param {object} mine
   */
  async draw(data, mine) {
    const {el} = this, wanted = () => this.asked === mine;
    const figure = await this.whole(data, wanted);
    if (!figure) return; // a newer one has arrived meanwhile
    const {traces, layout, frames, sentence} = figure, grown = this.labels.grown = growth(data.least_type);
    const inSpace = Boolean(layout.scene && traces.some((trace) => trace.type?.endsWith('3d')));
    const labels = layout.meta?.labels, isMap = Boolean(labels);
    this.use(rendererOf({data: traces, layout}));
    const isNew = !this.renderer.figure(el), shown = this.renderer.ranges(el);
    const isOther = this.view.follow(data, {inSpace, isNew, shown}), before = this.renderer.figure(el)?.data[labels?.points ?? 0];
    if (isOther) this.moment = null;
    if (!this.renderer.isLoaded() && isMap && !frames.length) {
      if (sketch(el, {data: traces, layout}, {height: this.room(data), ranges: this.view.ranges, grown})) {
        el.dataset.sketched = String(Math.round(performance.now())); // when; benchmarks read it
      }
      await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 0)));
    }
    this.sayTitle(data.title);
    this.sayWhatIsMissing(sentence);
    await this.renderer.load();
    this.release = await inTurn();
    if (!wanted()) return;
    this.answers = data.answers;
    this.view.focus = data.focus?.key ?? null;
    this.name = data.name || 'plot';
    if (labels) traces[labels.trace].visible = false; // replaced by the layer of labels
    dress(el, layout, traces);
    if (layout.meta?.callouts && !inSpace && !layout.meta.film) {
      layout.annotations = withoutCallouts(layout); // drawn once, in their final places
    }
    const plays = this.playsNow(data, frames);
    const first = plays ? Number(frames[0].name) : data.pass;
    this.below = this.setPasses(traces, frames, first, layout.meta?.captions);
    el.style.height = `${this.room(data) - this.below}px`;
    const way = isOther && isMap && !inSpace && !frames.length ? this.wayTo(traces, layout, before, shown) : null;
    this.drawing = true;
    try {
      await this.renderer.draw(el, {data: way ? way(0) : this.moment === null ? traces : atMoment(traces, frames, this.moment), layout}, {
        view: data.view, inSpace, ranges: this.view.ranges, camera: this.view.camera, select: data.select, isMap,
        save: {png: () => this.savePicture('png'), svg: () => this.savePicture('svg'), html: () => this.savePage()},
      });
      // Plotly keeps the size of its first drawing, and a slider makes a plot lower.
      if (!isNew && Math.abs(el.clientHeight - this.renderer.height(el)) >= 2) await this.renderer.resize(el);
    } finally { this.drawing = false; }
    this.labels.marks = null;
    this.renderer.show(el, MARKED, true);
    removeSketch(el);
    this.listen();
    await this.labels.placeCallouts();
    this.thinOutSoon();
    this.view.keepInAddress();
    this.view.watchAddress();
    this.labels.begin();
    if (way) await this.glide(way, layout, wanted);
    this.keyboard.follow({data: traces, layout}, data, frames.length > 0);
    this.countDrawing();
    if (plays) this.bar?.play().catch((error) => console.error(error));
  }

  /**
   * The way of the points from where they are drawn now; null if other words are drawn, or nothing should move.
   * @param {import('./types').Trace[]} traces
   * @param {import('./types').Layout} layout
   * @param {import('./types').Trace | undefined} before
   * @param {import('./types').Ranges | null} shown
   */
  wayTo(traces, layout, before, shown) {
    const then = this.view.ranges ?? {x: layout.xaxis?.range, y: layout.yaxis?.range};
    if (isStill() || document.hidden || !before || !shown || !then.x || !then.y) return null;
    return sameWords(before, traces[0]) ? gliding(traces, inRanges(before, shown, then)) : null;
  }

  /**
   * Let the points move to their places, until a newer figure is there.
   * @param {(share: number) => import('./types').Trace[]} way
   * @param {import('./types').Layout} layout
   * @param {() => boolean} wanted
   */
  async glide(way, layout, wanted) {
    this.release?.();
    const begin = performance.now();
    for (let share = 0; share < 1 && this.el.isConnected && wanted();) {
      await new Promise((next) => setTimeout(next, 15)); // a hidden page would draw no frame
      share = Math.min(1, (performance.now() - begin) / TAKES);
      await this.renderer.move(this.el, {data: way(share), layout: this.renderer.figure(this.el)?.layout ?? layout});
      if (share < 1) this.labels.follow();
    }
    this.labels.place();
  }

  /**
   * Whether the film of this figure should play of itself now.
   * @param {Data} data
   * @param {import('./types').Frame[]} frames
   */
  playsNow({play}, frames) {
    if (play === null || frames.length < 2 || played.has(play)) return false;
    played.add(play);
    return !isStill();
  }

  /**
   * The figure with its large arrays, once they have arrived.
   * @param {Data} data
   * @param {() => boolean} wanted
   */
  async whole(data, wanted) {
    const raw = JSON.parse(forGround(data, this.el)), names = Object.keys(data.parts);
    const slots = await Promise.all(names.map((slot) => part(slot, data.parts[slot], wanted)));
    if (!wanted()) return null;
    const arrays = Object.fromEntries(slots.map((value, i) => [names[i].slice(data.key.length + 1), value]));
    /** @type {(all: object[]) => import('./types').Trace[]} */
    const filled = (all) => all.map((trace) => whole(trace, arrays));
    /** @type {import('./types').Frame[]} */
    const frames = (raw.frames ?? []).map((/** @type {any} */ frame) => ({...frame, data: filled(frame.data)}));
    const asMade = {data: filled(raw.data), layout: /** @type {import('./types').Layout} */ (raw.layout)};
    const least = data.least_type, width = this.el.clientWidth;
    const sent = least === null ? withTitleThatFits(asMade, {width}) : enlarged(asMade, {least, width, height: this.room(data)});
    const {figure, sentence} = inPlaceOfLarge(sent);
    return {traces: figure.data, layout: figure.layout, frames: figure === sent ? frames : [], sentence};
  }

  /** @param {import('./types').Renderer} renderer */
  use(renderer) {
    if (renderer === this.renderer) return;
    this.renderer.free(this.el);
    this.heard = null;
    this.renderer = this.labels.renderer = renderer;
  }

  /** The number of drawings so far, for which tests and benchmarks wait. */
  countDrawing() {
    this.el.dataset.drawn = String(Number(this.el.dataset.drawn ?? 0) + 1);
  }

  /** @param {import('./contract').Title | null} title */
  sayTitle(title) {
    const line = /** @type {HTMLElement | null | undefined} */ (this.el.parentElement?.querySelector('.w2v-title'));
    if (!line) return;
    line.hidden = !title;
    if (!title) return;
    const word = document.createElement('b');
    word.textContent = title[1];
    line.replaceChildren(title[0], word, title[2]);
  }

  /** @param {string} sentence about what this browser cannot draw; empty where it can draw everything */
  sayWhatIsMissing(sentence) {
    const parent = this.el.parentElement, before = parent?.querySelector(':scope > .w2v-missing');
    if (!sentence) { before?.remove(); return; }
    const line = before ?? document.createElement('div');
    Object.assign(line, {className: 'w2v-missing', role: 'status', textContent: sentence});
    if (!before) this.el.before(line);
  }

  listen() {
    if (!this.resizing) {
      this.resizing = true;
      const sizes = new ResizeObserver(() => {
        this.labels.placeCalloutsSoon();
        this.later.do('fit', 60, () => this.fit());
      });
      sizes.observe(this.el);
      const page = this.el.closest('[data-testid=stMainBlockContainer] > *');
      if (page) sizes.observe(page); // what stands above the plot may grow or go
    }
    if (this.heard === this.renderer) return;
    this.heard = this.renderer;
    this.renderer.listen(this.el, {
      clicked: (row, withShift) => this.click(row, withShift),
      selected: (rows) => {
        // Plotly also fires this event when a new figure removes the drawn box.
        if (!this.drawing) this.emit('select', /** @type {import('./contract').Select} */ ({rows}));
      },
      lost: () => { if (this.data && this.el.isConnected) this.show(this.data); },
      moving: (ranges) => {
        this.labels.move(ranges);
        this.keyboard.mark(ranges);
      },
      changed: () => {
        this.labels.placeCalloutsSoon();
        this.thinOutSoon();
      },
      turned: (camera) => {
        this.view.camera = camera;
        this.view.keepInAddress();
        this.keyboard.mark();
      },
      zoomed: (ranges) => {
        if (ranges !== undefined) this.view.ranges = ranges;
        this.view.keepInAddress();
        this.keyboard.mark();
        if (this.renderer.ranges(this.el)) { this.labels.move(); this.labels.placeSoon(40); }
      },
    });
  }

  /** Enlarged words that the figure itself writes beside points have to make room for each other. */
  thinOutSoon() {
    const placed = this.renderer.figure(this.el)?.layout.meta?.callouts; // which have found free places
    if (this.data?.least_type && !placed) this.later.do('thin out', 90, () => thinOut(this.el));
  }

  /**
   * The height in pixels for a plot and its time bar: while pages are presented, one that begins high in the window
   * reaches down to the end of the window.
   * @param {Data} data
   */
  room({height, least_type}) {
    if (least_type === null) return height;
    const page = this.el.closest('[data-testid=stMain]'), seen = page?.clientHeight ?? innerHeight;
    const top = this.el.getBoundingClientRect().top - (page?.getBoundingClientRect().top ?? 0) + (page?.scrollTop ?? 0);
    if (top < HIGH * seen && height >= LOW) return Math.floor(seen - top - EDGE);
    return Math.min(height < LOW ? growth(least_type) * height : readable(height, 0), seen - EDGE);
  }

  /** Follow changes of the plot's width, for example when the sidebar closes: Plotly only observes the window. */
  async fit() {
    const {el, renderer} = this, figure = renderer.figure(el);
    if (this.drawing || !figure || !el.clientWidth) return;
    if (this.data?.least_type) el.style.height = `${this.room(this.data) - this.below}px`;
    if (Math.abs(el.clientWidth - renderer.width(el)) < 2 && Math.abs(el.clientHeight - renderer.height(el)) < 2) return;
    await renderer.resize(el);
    if (figure.layout.meta?.labels) this.labels.place();
  }

  // Passes of a training.

  /**
   * Show or remove the slider; returns its height in pixels.
   * @param {import('./types').Trace[]} traces
   * @param {import('./types').Frame[]} frames
   * @param {number | null} first the name of the first frame to show
   * @param {string[][]} [captions] the lines below each frame
   */
  setPasses(traces, frames, first, captions = []) {
    this.traces = traces;
    this.frames = frames;
    if (!frames.length) {
      this.bar?.remove();
      this.bar = this.moment = null;
      return 0;
    }
    this.bar ??= new TimeBar(this.el, {
      show: (moment, rest) => this.showMoment(moment, rest),
      rest: (moment) => {
        const frame = this.frames[moment];
        if (frame) this.emit('pass', /** @type {import('./contract').Pass} */ ({pass: Number(frame.name)}));
      },
    });
    this.bar.setPasses(frames.length, captions);
    const least = this.data?.least_type ?? null;
    this.bar.setKeys(least !== null);
    const wanted = frames.findIndex((frame) => Number(frame.name) === first);
    this.moment ??= wanted >= 0 ? wanted : frames.length - 1;
    this.moment = Math.min(Math.round(this.moment), frames.length - 1);
    this.bar.say(this.moment, frames[this.moment].name);
    return growth(least) * (TIME_BAR_HEIGHT + CAPTION_HEIGHT * (captions[0]?.length ?? 0));
  }

  /**
   * @param {number} moment
   * @param {boolean} rest whether it stops there, so that labels are placed again
   */
  async showMoment(moment, rest) {
    const {el, renderer, frames} = this, figure = renderer.figure(el);
    if (!figure || !frames.length) return;
    this.moment = moment;
    this.bar?.say(moment, frames[Math.round(moment)].name);
    const traces = atMoment(this.traces, frames, moment);
    await renderer.move(el, {data: traces, layout: layoutAt(figure.layout, traces)});
    if (rest) {
      this.labels.place();
      await this.labels.placeCallouts();
    } else this.labels.follow();
  }

  // Clicks, and those that need no server.

  /**
   * @param {number} row of the clicked word
   * @param {boolean} withShift
   */
  click(row, withShift) {
    this.emit('click', /** @type {import('./contract').Click} */ ({row, add: withShift}));
    if (!withShift) this.answer(row);
  }

  /** @param {number} row of the clicked word */
  answer(row) {
    const {el, renderer} = this, figure = renderer.figure(el), cloud = cloudsOf(figure)?.[0];
    const table = this.answers && held('nearest', this.answers[0]);
    if (!this.answers || !table || !figure || !cloud || this.frames.length) return;
    const n = table.near.length / table.k, word = row % n, at = placesIn(cloud, n);
    const found = nearestIn(table, word), here = at(word), meta = figure.layout.meta;
    if (!found || here === undefined || !meta) return;
    const {near, cosines} = found;
    const marks = [word, ...near].map(at).filter((i) => i !== undefined);
    this.labels.marks = {cloud, marks, lines: Boolean(meta.map?.lines)};
    figure.layout.meta = marked(meta, marks);
    renderer.show(el, MARKED, false);
    this.labels.place();
    this.countDrawing();
    const bars = plots.get(this.answers[1]), places = near.map(at);
    if (!bars?.el.isConnected || !bars.renderer.figure(bars.el) || !places.length) return;
    if (places.some((i) => i === undefined)) return;
    const names = places.map((i) => String(cloud.text?.[Number(i)])), change = barsOf(names, near, cosines);
    bars.renderer.change(bars.el, change.trace, change.layout);
    bars.sayTitle(titleOf(cloud, here));
    bars.countDrawing();
  }

  // Export.

  asSeen() {
    const {el, renderer} = this, figure = renderer.figure(el) ?? {data: [], layout: {}};
    return asSeen(figure, {labels: this.labels.labels, ground: lookOf(el).ground, inSpace: renderer.inSpace(el),
      ranges: renderer.ranges(el), camera: renderer.camera(el)});
  }

  /** @param {'png' | 'svg'} format */
  async savePicture(format) {
    const {width} = this.el.getBoundingClientRect(), height = this.renderer.frame(this.el)?.getBoundingClientRect().height ?? 0;
    await this.renderer.savePicture(this.asSeen(),
      {format, filename: this.name, width: Math.round(width), height: Math.round(height)});
  }

  async savePage() {
    savePage(await this.renderer.page(this.asSeen(), this.name), `${this.name}.html`);
  }
}
