// Puts the page together.

import {counted, readContents} from './contents.js';
import {button, element, isolated, listed, part} from './elements.js';
import {drawMap} from './map.js';
import {searchField} from './picker.js';
import {analogyCard, diamondCard} from './relations.js';
import {aboutWord, howSure} from './word.js';

const contents = readContents();
const {words, clusters, maps} = contents;
const canvas = /** @type {HTMLCanvasElement} */ (part('map'));
const map = drawMap(canvas, part('tip'), contents, (row) => show(row, false));

/**
 * Make this the selected word.
 * @param {number} row
 * @param {boolean} move whether the map moves to it
 */
function show(row, move) {
  part('word').replaceChildren(...aboutWord(contents, row, showAndMove), button('plain', showNone, 'Show all words alike'));
  map.select(row, move);
}

/** @param {number} row */
function showAndMove(row) {
  show(row, true);
  if (part('word').getBoundingClientRect().bottom < 0) part('map-of-words').scrollIntoView();
}

function showNone() {
  const begin = contents.opening;
  part('word').replaceChildren(
    element('h2', '', 'Choose a word'),
    element('p', '', 'Click a word in the map, or search for one, to see its nearest words. To begin with: ',
      button('word', () => showAndMove(begin), isolated(words[begin])), '.'),
    element('p', 'quiet small', howSure(contents)));
  map.select(null, false);
}

function header() {
  part('name').append(isolated(contents.name));
  const origin = part('origin'), all = contents.all_words;
  const held = all > words.length ? `The ${counted(words.length)} most frequent of ${counted(all)}` : counted(all);
  origin.append(`${held} words, ${contents.dimensions} dimensions`);
  if (contents.source) origin.append(', from ', isolated(contents.source));
  if (contents.tokens) origin.append(` (${counted(contents.tokens)} words of text)`);
  origin.append(`, made on ${contents.made}.`);
  part('notice').textContent = contents.notice;
  part('notice').hidden = !contents.notice;
}

function tools() {
  const input = /** @type {HTMLInputElement} */ (part('search'));
  input.placeholder = `one of ${counted(words.length)} words`;
  searchField(input, part('found'), words, showAndMove);
  const kinds = part('kinds');
  maps.forEach(({name, said}, i) => {
    const choose = () => {
      map.show(i);
      part('said').textContent = said;
      [...kinds.children].forEach((one, k) => one.setAttribute('aria-pressed', String(k === i)));
    };
    kinds.append(button('', choose, name));
    if (!i) choose();
  });
  kinds.hidden = maps.length < 2;
  part('nearer').addEventListener('click', () => map.zoom(1.6));
  part('farther').addEventListener('click', () => map.zoom(1 / 1.6));
  part('whole').addEventListener('click', () => map.whole());
}

function legend() {
  const list = part('clusters');
  /** @type {number | null} */
  let lit = null;
  clusters.names.forEach((names, cluster) => {
    const dot = element('span', 'dot');
    dot.style.setProperty('--hue', clusters.colors[cluster]);
    dot.style.setProperty('--hue-in-the-dark', clusters.dark[cluster]);
    const made = button('', () => {
      lit = lit === cluster ? null : cluster;
      [...list.children].forEach((one, k) => one.firstElementChild?.setAttribute('aria-pressed', String(k === lit)));
      map.highlight(lit);
    }, dot, ...listed(names));
    made.setAttribute('aria-pressed', 'false');
    list.append(element('li', '', made));
  });
}

function relations() {
  const measured = contents.diamonds.some((one) => one.name);
  part('about-diamonds').textContent = !contents.diamonds.length
    ? 'No list of related pairs fits these words, and none was found in the vectors.'
    : measured
      ? 'Lists of related pairs that fit these words. If a relation moves all words alike, its arrows are parallel.'
      : 'No supplied list of related pairs fits these words; these relations were found by searching the vectors.';
  part('diamond-cards').append(...contents.diamonds.map((one) => diamondCard(contents, one, showAndMove)));
  part('about-analogies').textContent = contents.analogies.length
    ? 'a is to b as c is to …: the words nearest to b − a + c by cosine, the given words left out.'
    : 'There are no questions that fit these words.';
  part('analogy-cards').append(...contents.analogies.map((one) => analogyCard(contents, one, showAndMove)));
  const sets = Object.entries(contents.sets);
  part('sets').hidden = !sets.length;
  part('set-list').append(...sets.flatMap(([name, rows]) => {
    const held = rows.flatMap((row, i) => [i ? ', ' : '', button('word', () => showAndMove(row), isolated(words[row]))]);
    return [element('dt', '', isolated(name)), element('dd', '', ...held)];
  }));
}

function record() {
  const table = part('facts');
  for (const [what, value, by] of contents.facts) {
    const head = element('th', '', what);
    head.setAttribute('scope', 'row');
    table.append(element('tr', '', head, element('td', '', isolated(value)), element('td', 'quiet', by)));
  }
  part('record').textContent = contents.record;
  const {name, source, tokens, made, fingerprint, app, written} = contents;
  part('citation').append('“', isolated(name), '”, word vectors', ...(source ? [' from ', isolated(source)] : []),
    `${tokens ? ` (${counted(tokens)} words)` : ''}, made on ${made} with ${app}.` +
    `${fingerprint ? ` SHA-256 of the vectors: ${fingerprint}.` : ''}`);
  part('version').textContent = `This page was written by ${app} on ${written}. It is a single file: it loads nothing and sends nothing. ` +
    `It holds every word of the vocabulary${contents.quotes ? ', lines of the text that reasons quote,' : ''} and the methods record, ` +
    'but not the vectors.';
}

header();
tools();
legend();
relations();
record();
showNone();

addEventListener('beforeprint', () => {
  for (const one of document.querySelectorAll('details')) one.open = !one.classList.contains('long');
  map.draw(true);
});
addEventListener('afterprint', () => map.draw());
