// Reads what the page shows from the data that stands in it.

/** @typedef {import('./types').Contents} Contents */

/** @returns {Contents} */
export function readContents() {
  return JSON.parse(/** @type {HTMLElement} */ (document.getElementById('contents')).textContent ?? '');
}

/**
 * The nearest words of a word, nearest first.
 * @param {Contents['neighbours']} all
 * @param {number} row
 * @returns {import('./types').Neighbour[]}
 */
export function neighboursOf(all, row) {
  const found = [];
  for (let k = row * all.each; k < (row + 1) * all.each; k++) {
    if (all.rows[k] < 0) continue;
    const measured = all.splits !== null && all.percent !== null && all.splits[k] >= 0;
    found.push({
      row: all.rows[k],
      cosine: all.thousandths[k] / 1000,
      splits: measured ? all.splits?.[k] ?? null : null,
      percent: measured ? all.percent?.[k] ?? null : null,
    });
  }
  return found;
}

/**
 * A count with separators of thousands.
 * @param {number} n
 */
export const counted = (n) => n.toLocaleString('en-GB');
