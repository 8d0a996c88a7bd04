// A slider for the passes of a training, and a button that plays them.

import {filmWishOf, isFree, momentOf} from './film_keys.js';

export const TIME_BAR_HEIGHT = 36; // pixels
export const CAPTION_HEIGHT = 24; // pixels: of a line below it
const FASTEST = 120, SLOWEST = 600, WHOLE = 8000; // milliseconds: per pass and, if possible, in total

/**
 * How many passes have been played: a fraction between two, unless whoever looks on wants little motion.
 * @param {number} milliseconds since the start
 * @param {number} each milliseconds per pass
 * @param {boolean} calm
 */
export function passed(milliseconds, each, calm) {
  const passes = milliseconds / each;
  return calm ? Math.floor(passes) : passes;
}

/** The slider below a plot. ``show`` draws a moment; ``rest`` is called when the slider stops at one. */
export class TimeBar {
  /**
   * @param {HTMLElement} el the plot
   * @param {{show: (moment: number, rest: boolean) => Promise<void>, rest: (moment: number) => void}} on
   */
  constructor(el, {show, rest}) {
    this.el = el;
    this.show = show;
    this.rest = rest;
    this.moment = 0;
    this.last = 0;
    this.playing = false;
    /** @type {Promise<void> | null} */
    this.sliding = null;
    /** @type {number | null} */
    this.next = null;
    this.root = document.createElement('div');
    this.root.className = 'w2v-time';
    this.button = document.createElement('button');
    this.range = document.createElement('input');
    this.when = document.createElement('span');
    Object.assign(this.range, {type: 'range', min: 0, step: 'any'});
    this.range.setAttribute('aria-label', 'Pass of the training');
    this.root.append(this.button, this.range, this.when);
    /** @type {string[][]} */
    this.captions = [];
    this.caption = document.createElement('div');
    this.caption.className = 'w2v-caption';
    el.after(this.root, this.caption);
    this.sayPlaying();
    this.button.onclick = () => this.play();
    this.root.onkeydown = (event) => this.press(event);
    /** @type {(event: KeyboardEvent) => void} while pages are presented, any key that nobody else wants */
    this.listen = (event) => { if (isFree(event)) this.press(event); };
    this.range.oninput = () => this.slide();
    this.range.onchange = async () => { await this.sliding; await this.settle(); };
  }

  /**
   * Take keys that are pressed anywhere on the page, or on the time bar alone.
   * @param {boolean} anywhere
   */
  setKeys(anywhere) {
    document.removeEventListener('keydown', this.listen);
    if (anywhere) document.addEventListener('keydown', this.listen);
  }

  remove() {
    this.playing = false;
    this.setKeys(false);
    this.root.remove();
    this.caption.remove();
  }

  sayPlaying() {
    this.button.textContent = this.playing ? '❚❚' : '▶';
    this.button.setAttribute('aria-label', this.playing ? 'Pause' : 'Play');
  }

  /**
   * Show which moment is drawn.
   * @param {number} moment
   * @param {string} pass its name
   */
  say(moment, pass) {
    this.moment = moment;
    this.range.value = String(moment);
    this.when.textContent = `after pass ${pass}`;
    const lines = this.captions[Math.round(moment)] ?? [];
    this.caption.replaceChildren(...lines.map((text) => Object.assign(document.createElement('div'), {textContent: text})));
  }

  /**
   * @param {number} passes
   * @param {string[][]} captions the lines of text for each
   */
  setPasses(passes, captions) {
    this.captions = captions;
    this.last = passes - 1;
    this.range.max = String(this.last);
  }

  slide() {
    this.playing = false;
    this.next = Number(this.range.value);
    this.sliding ??= (async () => {
      while (this.next !== null) {
        const moment = this.next;
        this.next = null;
        await this.show(moment, this.next === null);
      }
      this.sliding = null;
    })();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const wish = event.defaultPrevented ? null : filmWishOf(event);
    if (!wish || !this.el.isConnected) return;
    if ('play' in wish) {
      if (event.target === this.button) return; // which Space presses anyway
      event.preventDefault();
      this.play().catch((error) => console.error(error));
      return;
    }
    event.preventDefault();
    this.range.value = String(momentOf(wish, this.moment, this.last));
    this.slide();
    this.range.onchange?.(new Event('change'));
  }

  async play() {
    this.playing = !this.playing;
    if (!this.playing) return;
    this.sayPlaying();
    const from = this.moment >= this.last ? 0 : this.moment;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches, begin = performance.now();
    const each = calm ? SLOWEST : Math.max(FASTEST, Math.min(SLOWEST, WHOLE / this.last));
    let moment = from;
    while (this.playing && this.el.isConnected && moment < this.last) {
      moment = Math.min(this.last, from + passed(performance.now() - begin, each, calm));
      await this.show(moment, false);
      await new Promise((next) => setTimeout(next, 15));
    }
    this.playing = false;
    this.sayPlaying();
    await this.settle();
  }

  async settle() {
    await this.show(Math.round(this.moment), true);
    this.rest(this.moment);
  }
}
