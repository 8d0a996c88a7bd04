// The map of the words: points, labels and names of clusters on a canvas, with zoom by wheel, fingers and keys.

import {neighboursOf} from './contents.js';
import {placeLabels} from './labels.js';
import {around, moved, onScreen, wholeView, zoomed} from './view.js';

const FONT = 12, NAMES = 13, MOST_LABELS = 150, STEP = 60, LONGEST = 28, NARROW = 500;
const NAMED_UP_TO = 2.2; // times the whole map's scale, the names of the clusters are shown

/**
 * Draw the map in a canvas, and let people move in it.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} tip what a point under the pointer is
 * @param {import('./types').Contents} contents
 * @param {(row: number) => void} onWord a word was clicked
 * @returns {import('./types').MapControl}
 */
export function drawMap(canvas, tip, contents, onWord) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const {words, clusters, neighbours} = contents;
  const seen = words.map((word) => word.length > LONGEST ? `${word.slice(0, LONGEST - 1)}…` : word);
  let map = contents.maps[0], whole = wholeView(map, 800, 600), view = whole, asked = false;
  /** @type {number | null} */
  let selected = null;
  /** @type {number[]} */
  let near = [];
  /** @type {number | null} */
  let lit = null;
  /** @type {Map<string, number>} */
  const widths = new Map();
  let family = '';

  /**
   * @param {string} text
   * @param {number} size
   */
  const measure = (text, size) => {
    const key = `${size} ${text}`;
    let found = widths.get(key);
    if (found === undefined) {
      context.font = fontOf(size);
      found = context.measureText(text).width;
      widths.set(key, found);
    }
    return found;
  };
  /** @param {number} size */
  const fontOf = (size) => `${size === NAMES ? '600 ' : ''}${size}px ${family}`;

  /** The canvas at the size that it has on the page. */
  function fit() {
    const {width, height} = canvas.getBoundingClientRect();
    if (!width || !height) return;
    const before = whole, isWhole = view === whole;
    const sharp = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = Math.round(width * sharp);
    canvas.height = Math.round(height * sharp);
    whole = wholeView(map, width, height);
    view = isWhole ? whole : {...view, scale: view.scale * whole.scale / before.scale, width, height};
    draw();
  }

  /** Draw with the next picture of the screen, once. */
  function soon() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  }

  function draw(printed = false) {
    const style = getComputedStyle(canvas), dark = !printed && style.getPropertyValue('--dark').trim() === '1';
    family = style.fontFamily;
    /** @param {string} name */
    const color = (name) => style.getPropertyValue(printed ? `${name}-on-paper` : name).trim();
    const ink = color('--ink'), ground = color('--ground'), quiet = color('--quiet');
    context.setTransform(canvas.width / view.width, 0, 0, canvas.height / view.height, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    const n = map.x.length, hues = dark ? clusters.dark : clusters.colors;
    const px = new Float32Array(n), py = new Float32Array(n);
    for (let i = 0; i < n; i++) [px[i], py[i]] = onScreen(view, map.x[i], map.y[i]);
    const nearer = view.scale / whole.scale;
    const radius = Math.min((n > 4000 ? 1.6 : 2.4) * nearer ** 0.35, 5);
    /** @param {number} i */
    const inSight = (i) => px[i] > -9 && py[i] > -9 && px[i] < view.width + 9 && py[i] < view.height + 9;

    hues.forEach((hue, cluster) => {
      context.fillStyle = hue;
      context.globalAlpha = lit !== null ? (lit === cluster ? 0.95 : 0.1) : selected !== null ? 0.4 : 0.75;
      context.beginPath();
      for (let i = 0; i < n; i++) {
        if (clusters.labels[i] !== cluster || !inSight(i)) continue;
        context.moveTo(px[i] + radius, py[i]);
        context.arc(px[i], py[i], radius, 0, 2 * Math.PI);
      }
      context.fill();
    });
    context.globalAlpha = 1;

    const marks = selected !== null && selected < n ? [selected, ...near.filter((i) => i < n)] : [];
    if (marks.length) drawMarks(marks, px, py, color);

    /** @type {import('./types').Box[]} */
    const taken = marks.map((i, k) => {
      const r = k ? 4 : 7;
      return [px[i] - r, py[i] - r, px[i] + r, py[i] + r];
    });
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = ground;
    context.textAlign = 'left';
    context.direction = 'ltr'; // the place of a label does not depend on its script; the letters' order does
    if (nearer <= NAMED_UP_TO && selected === null) taken.push(...drawNames(hues, ink));

    const priority = new Set(marks);
    function* order() {
      yield* marks;
      for (let i = 0; i < n; i++) if (!priority.has(i) && (lit === null || clusters.labels[i] === lit)) yield i;
    }
    const rows = [...order()].filter(inSight);
    const wanted = rows.map((i) => ({
      x: px[i],
      y: py[i],
      text: seen[i],
      size: i === selected ? FONT + 4 : priority.has(i) ? FONT + 2 : FONT,
      gap: i === selected ? 10 : priority.has(i) ? 7 : radius + 2,
      must: i === selected,
    }));
    const placed = placeLabels(wanted, [0, 0, view.width, view.height], MOST_LABELS, measure, taken);
    for (const {i, left, base} of placed) {
      const {text, size} = wanted[i], row = rows[i];
      context.font = fontOf(size);
      context.strokeText(text, left, base);
      context.fillStyle = priority.has(row) ? ink : selected !== null ? quiet : ink;
      context.fillText(text, left, base);
    }
    canvas.dataset.labels = String(placed.length);
  }

  /**
   * The selected word, its nearest, and lines to these.
   * @param {number[]} marks
   * @param {Float32Array} px
   * @param {Float32Array} py
   * @param {(name: string) => string} color
   */
  function drawMarks(marks, px, py, color) {
    const [word, ...others] = marks;
    context.strokeStyle = color('--near');
    context.lineWidth = 1;
    context.globalAlpha = 0.7;
    context.beginPath();
    for (const i of others) {
      context.moveTo(px[word], py[word]);
      context.lineTo(px[i], py[i]);
    }
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = color('--near');
    for (const i of others) dot(px[i], py[i], 4);
    context.fillStyle = color('--selected');
    dot(px[word], py[word], 4);
    context.strokeStyle = color('--selected');
    context.lineWidth = 2;
    context.beginPath();
    context.arc(px[word], py[word], 7, 0, 2 * Math.PI);
    context.stroke();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} r
   */
  function dot(x, y, r) {
    context.beginPath();
    context.arc(x, y, r, 0, 2 * Math.PI);
    context.fill();
  }

  /**
   * The names of the clusters in the middle of their words, and the boxes that they take.
   * @param {string[]} hues
   * @param {string} ink
   * @returns {import('./types').Box[]}
   */
  function drawNames(hues, ink) {
    const middles = middlesOf(map, clusters.labels, hues.length);
    const wanted = middles.flatMap((middle, cluster) => {
      if (!middle || (lit !== null && lit !== cluster)) return [];
      const [x, y] = onScreen(view, ...middle);
      return [{x, y, text: nameOf(clusters.names[cluster].slice(0, view.width < NARROW ? 1 : 3)), size: NAMES, gap: 0, cluster}];
    });
    const placed = placeLabels(wanted, [0, 0, view.width, view.height], wanted.length, measure);
    return placed.map(({i, left, base}) => {
      const {text, cluster} = wanted[i], w = measure(text, NAMES);
      context.font = fontOf(NAMES);
      context.lineWidth = 5;
      context.strokeText(text, left, base);
      context.fillStyle = ink;
      context.fillText(text, left, base);
      context.fillStyle = hues[cluster];
      context.fillRect(left, base + 4, w, 2.5);
      context.lineWidth = 3;
      return [left - 4, base - NAMES - 2, left + w + 4, base + 9];
    });
  }

  /**
   * The word under a pixel, or nearly; −1 where there is none.
   * @param {number} x
   * @param {number} y
   * @param {number} reach
   */
  function wordAt(x, y, reach) {
    let best = -1, least = reach * reach;
    for (let i = 0; i < map.x.length; i++) {
      const [px, py] = onScreen(view, map.x[i], map.y[i]);
      const far = (px - x) ** 2 + (py - y) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }

  /** @param {import('./types').View} next */
  function look(next) {
    view = next;
    tip.hidden = true;
    soon();
  }

  /** @type {Map<number, [number, number]>} */
  const fingers = new Map();
  let travelled = 0;
  /** @param {PointerEvent | WheelEvent | MouseEvent} event
   *  @returns {[number, number]} */
  const at = (event) => {
    const {left, top} = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };

  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    if (!fingers.size) travelled = 0;
    fingers.set(event.pointerId, at(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = fingers.get(event.pointerId), now = at(event);
    if (!before) {
      const row = wordAt(...now, 10);
      canvas.classList.toggle('over-word', row >= 0);
      tip.hidden = row < 0;
      if (row >= 0) showTip(row, now);
      return;
    }
    const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    fingers.set(event.pointerId, now);
    if (others.length === 1) {
      const [other] = others;
      const apart = (/** @type {[number, number]} */ [x, y]) => Math.hypot(x - other[0], y - other[1]);
      travelled += 10;
      look(zoomed(view, whole, apart(now) / Math.max(apart(before), 1), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2));
    } else if (!others.length) {
      travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
      look(moved(view, now[0] - before[0], now[1] - before[1]));
    }
  });
  /** @param {PointerEvent} event */
  const lifted = (event) => {
    const last = fingers.size === 1 && fingers.delete(event.pointerId);
    fingers.delete(event.pointerId);
    if (!last || travelled > 5 || event.type !== 'pointerup') return;
    const row = wordAt(...at(event), event.pointerType === 'mouse' ? 10 : 24);
    if (row >= 0) onWord(row);
  };
  canvas.addEventListener('pointerup', lifted);
  canvas.addEventListener('pointercancel', lifted);
  canvas.addEventListener('pointerleave', () => (tip.hidden = true));
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    look(zoomed(view, whole, Math.exp(-0.0016 * lines * event.deltaY), ...at(event)));
  }, {passive: false});
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => look(moved(view, STEP, 0)),
      ArrowRight: () => look(moved(view, -STEP, 0)),
      ArrowUp: () => look(moved(view, 0, STEP)),
      ArrowDown: () => look(moved(view, 0, -STEP)),
      '+': () => zoom(1.4),
      '=': () => zoom(1.4),
      '-': () => zoom(1 / 1.4),
      '0': () => look(whole),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });

  /**
   * @param {number} row
   * @param {[number, number]} place
   */
  function showTip(row, [x, y]) {
    const count = contents.counts?.[row];
    tip.textContent = count ? `${words[row]} · ${count.toLocaleString('en-GB')}` : words[row];
    tip.style.left = `${Math.min(x + 12, view.width - tip.offsetWidth - 4)}px`;
    tip.style.top = `${y > 40 ? y - 34 : y + 18}px`;
  }

  /** @param {number} factor */
  const zoom = (factor) => look(zoomed(view, whole, factor, view.width / 2, view.height / 2));

  new ResizeObserver(fit).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => soon());
  fit();

  return {
    select(row, move) {
      selected = row;
      near = row === null ? [] : neighboursOf(neighbours, row).map((one) => one.row);
      if (row !== null && move && row < map.x.length) {
        const shown = [row, ...near].filter((i) => i < map.x.length);
        view = around(whole, shown.map((i) => [map.x[i], map.y[i]]));
      }
      soon();
    },
    highlight(cluster) {
      lit = cluster;
      soon();
    },
    show(number) {
      map = contents.maps[number];
      view = whole = wholeView(map, view.width, view.height);
      soon();
    },
    zoom,
    whole: () => look(whole),
    draw,
  };
}

/**
 * A cluster's name.
 * @param {string[]} names
 */
export const nameOf = (names) => names.map((word) => word.length > LONGEST ? `${word.slice(0, LONGEST - 1)}…` : word).join(', ');

/**
 * The middle of each cluster's words, by medians; null for one that has none on the map.
 * @param {{x: number[], y: number[]}} map
 * @param {number[]} labels
 * @param {number} k
 * @returns {([number, number] | null)[]}
 */
export function middlesOf({x, y}, labels, k) {
  return Array.from({length: k}, (_, cluster) => {
    /** @type {number[][]} */
    const [xs, ys] = [[], []];
    for (let i = 0; i < x.length; i++) {
      if (labels[i] !== cluster) continue;
      xs.push(x[i]);
      ys.push(y[i]);
    }
    return xs.length ? [median(xs), median(ys)] : null;
  });
}

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
