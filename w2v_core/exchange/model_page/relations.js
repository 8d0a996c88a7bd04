// Diamonds and analogies, each with its reasons.

import {button, element, isolated, listed} from './elements.js';
import {placeLabels} from './labels.js';

/** @typedef {import('./types').Contents} Contents */
/** @typedef {(row: number) => void} OnWord */

const SVG = 'http://www.w3.org/2000/svg', WIDTH = 440, HEIGHT = 330, MARGIN = 34, FONT = 12;

/**
 * A list of pairs, drawn and measured.
 * @param {Contents} contents
 * @param {import('./types').Diamond} diamond
 * @param {OnWord} onWord
 */
export function diamondCard(contents, diamond, onWord) {
  const {words} = contents, pairs = element('ul', 'pairs');
  diamond.pairs.forEach(([a, b], i) => {
    pairs.append(element('li', '', ...wordButtons(contents, [a, b], ' → ', onWord),
      element('span', 'value', signed(diamond.along[i]))));
  });
  const [a, b] = diamond.pairs[0];
  const title = diamond.name ? [diamond.name] : listed([words[a], words[b]], ' → ');
  const card = element('article', 'card',
    element('h3', '', ...title),
    picture(words, diamond),
    element('p', '', element('strong', '', diamond.verdict)),
    element('p', 'quiet', `Parallelism ${signed(diamond.parallelism)}, the mean cosine of the offsets (1: parallel, 0: unrelated). ` +
      `Closure ${diamond.closure.toFixed(2)} (0: the diamonds close, 1.41: unrelated offsets). ${diamond.summary}`),
    details('Its pairs, each with the mean cosine of its offset with the others', pairs));
  card.append(...reasons(contents, diamond.why));
  return card;
}

/**
 * A question, its answers, and how sure the first one is.
 * @param {Contents} contents
 * @param {import('./types').Analogy} analogy
 * @param {OnWord} onWord
 */
export function analogyCard(contents, analogy, onWord) {
  const {words, certainty} = contents, [a, b, c] = analogy.asked, [first] = analogy.answers[0];
  const list = element('ol', 'nearest');
  for (const [row, thousandths] of analogy.answers) {
    const bar = element('span', 'bar');
    bar.style.width = `${Math.max(thousandths / 10, 0)}%`;
    list.append(element('li', '', button('word', () => onWord(row), isolated(words[row])),
      element('span', 'value', signed(thousandths / 1000)), element('span', 'track', bar)));
  }
  const card = element('article', 'card',
    element('h3', '', ...listed([words[a], words[b]], ' is to '), ' as ', ...listed([words[c], words[first]], ' is to ')),
    element('p', '', element('strong', '', analogy.verdict)), list);
  if (analogy.expected !== first) card.append(element('p', 'quiet', 'Expected here is ', isolated(words[analogy.expected]), '.'));
  if (analogy.splits !== null && certainty) {
    const sure = (analogy.percent ?? 0) >= certainty.sure;
    card.append(element('p', 'quiet', isolated(words[first]),
      `: found in both halves of the text in ${analogy.splits} of ${certainty.splits} splits${sure ? '.' : '; not to be relied on.'} ` +
      `About ${analogy.percent} % of other texts like this one would give it as their first answer.`));
  } else card.append(element('p', 'quiet', 'The certainty of this answer was not measured.'));
  card.append(...reasons(contents, analogy.why));
  return card;
}

/**
 * @param {Contents} contents
 * @param {number[]} rows
 * @param {string} between
 * @param {OnWord} onWord
 * @returns {(string | Node)[]}
 */
const wordButtons = ({words}, rows, between, onWord) => rows.flatMap((row, i) => {
  const made = button('word', () => onWord(row), isolated(words[row]));
  return i ? [between, made] : [made];
});

/**
 * Why a : b is like c : d.
 * @param {Contents} contents
 * @param {import('./types').Why | null} why
 * @returns {Node[]}
 */
function reasons({words}, why) {
  if (!why) return [element('p', 'quiet', 'There is no explanation, because the model came without output vectors.')];
  const [a, b, c, d] = why.rows.map((row) => words[row]);
  const said = element('p', '');
  const named = (/** @type {number[]} */ rows) => listed(rows.map((row) => words[row]));
  if (!why.toward.length && !why.away.length) {
    said.append(isolated(d), ' and ', isolated(b), ' share no reason: no context word pulls both in the same direction.');
  } else {
    if (why.chance > 5) said.append(`The two are hardly alike (r = ${signed(why.r)}, no more than random pairs). `);
    said.append(isolated(d), ' and ', isolated(b), ' are both pulled ');
    if (why.toward.length) said.append('towards ', ...named(why.toward));
    if (why.toward.length && why.away.length) said.append(', ');
    if (why.away.length) said.append('away from ', ...named(why.away));
    said.append('.');
  }
  const correlated = element('p', 'quiet', 'Over all contexts the changes ', ...listed([a, b], ' → '), ' and ',
    ...listed([c, d], ' → '), ` correlate with r = ${signed(why.r)}; ${why.chance} % of random pairs as frequent do so as strongly.`);
  const quoted = why.lines.map(({parts}) => {
    const line = element('blockquote', '');
    line.dir = 'auto';
    line.append(...parts.map(([text, marked]) => marked ? element('mark', '', text) : text));
    return line;
  });
  return [details('Why?', said, correlated, ...quoted)];
}

/**
 * @param {string} title
 * @param {...Node} content
 */
const details = (title, ...content) => element('details', '', element('summary', '', title), ...content);

/** @param {number} value */
const signed = (value) => value.toFixed(2).replace('-', '−');

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {string} text
 */
function drawn(name, attributes, text = '') {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

/**
 * Arrows from the first words of the pairs to the second, labelled where there is room.
 * @param {string[]} words
 * @param {import('./types').Diamond} diamond
 */
function picture(words, {pairs, places}) {
  const xs = places.flatMap(([x, , z]) => [x, z]), ys = places.flatMap(([, y, , z]) => [y, z]);
  const left = Math.min(...xs), top = Math.max(...ys);
  const across = (WIDTH - 2 * MARGIN) / Math.max(Math.max(...xs) - left, 1e-9);
  const up = (HEIGHT - 2 * MARGIN) / Math.max(top - Math.min(...ys), 1e-9), scale = Math.min(across, up);
  const spareX = (WIDTH - scale * (Math.max(...xs) - left)) / 2, spareY = (HEIGHT - scale * (top - Math.min(...ys))) / 2;
  /** @type {(x: number, y: number) => [number, number]} */
  const at = (x, y) => [spareX + (x - left) * scale, spareY + (top - y) * scale];
  const svg = drawn('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': 'Arrows from the first words of the pairs ' +
    'to the second: the more parallel they are, the more alike the pairs'});
  const wanted = places.flatMap(([x1, y1, x2, y2], i) => {
    const [ax, ay] = at(x1, y1), [bx, by] = at(x2, y2), long = Math.hypot(bx - ax, by - ay) || 1;
    const ux = (bx - ax) / long, uy = (by - ay) / long, head = 7;
    svg.append(drawn('line', {x1: ax, y1: ay, x2: bx - head * ux, y2: by - head * uy, class: 'arrow'}),
      drawn('path', {class: 'head', d: `M${bx} ${by}L${bx - head * ux - 3.5 * uy} ${by - head * uy + 3.5 * ux}` +
        `L${bx - head * ux + 3.5 * uy} ${by - head * uy - 3.5 * ux}Z`}),
      drawn('circle', {cx: ax, cy: ay, r: 2.5, class: 'head'}));
    const [a, b] = pairs[i].map((row) => words[row].length > 20 ? `${words[row].slice(0, 19)}…` : words[row]);
    return [{x: ax, y: ay, text: a, size: FONT, gap: 5, under: true}, {x: bx, y: by, text: b, size: FONT, gap: 5}];
  });
  const context = document.createElement('canvas').getContext('2d');
  const family = getComputedStyle(document.body).fontFamily;
  /** @type {(text: string, size: number) => number} */
  const measure = (text, size) => {
    if (!context) return 0.6 * size * text.length;
    context.font = `${size}px ${family}`;
    return context.measureText(text).width;
  };
  for (const {i, left: x, base} of placeLabels(wanted, [0, 0, WIDTH, HEIGHT], wanted.length, measure)) {
    svg.append(drawn('text', {x, y: base, 'font-size': FONT, direction: 'ltr'}, wanted[i].text));
  }
  return svg;
}
