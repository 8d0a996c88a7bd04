// The label of the point under the mouse, where Plotly does not draw it.

import {SVG} from './labels.js';

const GAP = 12; // pixels between a point and its label

/**
 * The lines of a point's label, as its trace's hovertemplate has them. Python's templates use ``<b>``, ``<br>`` and
 * two formats of numbers.
 * @param {import('./types').Trace} trace
 * @param {number} k
 * @returns {{text: string, bold: boolean}[]}
 */
export function linesOf(trace, k) {
  /** @type {{[name: string]: any}} */
  const values = {text: trace.text?.[k], x: trace.x[k], y: trace.y[k], 'marker.color': trace.marker?.color?.[k],
    'customdata[0]': trace.customdata?.[k][0], 'customdata[1]': trace.customdata?.[k][1]};
  const template = String(trace.hovertemplate ?? '%{text}').replace(/<extra>.*?<\/extra>/s, '');
  return template.split('<br>').flatMap((line) => {
    const bold = line.startsWith('<b>');
    const filled = line.replace(/^<b>(.*)<\/b>$/s, '$1')
      .replace(/%\{([^}:]+)(?::([^}]+))?\}/g, (_, name, format) => formatted(values[name], format));
    return filled.split('<br>').map((text) => ({text: plain(text), bold})); // a very long word has several lines
  });
}

/** @type {(value: any, format: string | undefined) => string} */
function formatted(value, format) {
  if (format === ',') return Number(value).toLocaleString('en');
  const digits = /^\.(\d)f$/.exec(format ?? '')?.[1];
  return digits ? Number(value).toFixed(Number(digits)).replace('-', '−') : String(value);
}

/** @type {(text: string) => string} */
const plain = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** A label beside a point of a plot, with a ring around the point. */
export class HoverLabel {
  constructor() {
    this.root = document.createElement('div');
    this.root.className = 'w2v-hover';
    this.root.hidden = true;
    this.ring = document.createElementNS(SVG, 'svg');
    this.ring.setAttribute('class', 'w2v-hover-ring');
    this.ring.append(document.createElementNS(SVG, 'circle'));
    this.ring.style.display = 'none';
  }

  /** @param {HTMLElement} frame */
  into(frame) {
    if (this.root.parentElement !== frame) frame.append(this.ring, this.root);
  }

  hide() {
    this.root.hidden = true;
    this.ring.style.display = 'none';
  }

  /**
   * @param {import('./types').Place} place of the point in the frame, in pixels
   * @param {{text: string, bold: boolean}[]} lines
   * @param {{bgcolor?: string, bordercolor?: string, font?: {size?: number, color?: string}}} look
   * @param {string} family
   */
  show([x, y], lines, look, family) {
    const {root, ring} = this;
    root.replaceChildren(...lines.map(({text, bold}) => {
      const line = document.createElement('span'); // Plotly has a font of its own for each div
      line.dir = 'auto';
      line.textContent = text;
      if (bold) line.style.fontWeight = '700';
      return line;
    }));
    Object.assign(root.style, {background: look.bgcolor ?? '', border: `1px solid ${look.bordercolor ?? 'currentColor'}`,
      padding: '.2rem .5rem', color: look.font?.color ?? '', fontFamily: family, fontSize: `${look.font?.size ?? 14}px`});
    root.hidden = false;
    const width = root.parentElement?.clientWidth ?? 0, height = root.parentElement?.clientHeight ?? 0;
    const left = x + GAP + root.offsetWidth <= width ? x + GAP : Math.max(0, x - GAP - root.offsetWidth);
    const top = Math.min(Math.max(0, y - root.offsetHeight / 2), Math.max(0, height - root.offsetHeight));
    root.style.transform = `translate(${Math.round(left)}px,${Math.round(top)}px)`;
    ring.style.display = '';
    ring.style.transform = `translate(${x - 8}px,${y - 8}px)`;
    ring.style.color = look.bordercolor ?? '';
    ring.firstElementChild?.setAttribute('r', '6');
  }
}
