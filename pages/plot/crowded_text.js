// Words that a figure itself writes beside its points, at places found for type of the usual size: where they are
// larger, those that would lie on an earlier one are hidden.

/**
 * Whether each box is free of those before it that are shown.
 * @param {import('./types').Box[]} boxes the most important first
 * @returns {boolean[]}
 */
export function shownOf(boxes) {
  /** @type {import('./types').Box[]} */
  const taken = [];
  return boxes.map((b) => {
    const free = !taken.some((o) => o[0] < b[2] && o[2] > b[0] && o[1] < b[3] && o[3] > b[1]);
    if (free) taken.push(b);
    return free;
  });
}

/** @param {HTMLElement} el */
export function thinOut(el) {
  const texts = /** @type {SVGElement[]} */ ([...el.querySelectorAll('.scatterlayer .textpoint text, .infolayer .annotation-text-g text')]);
  for (const text of texts) text.style.display = '';
  const boxes = texts.map((text) => text.getBoundingClientRect());
  shownOf(boxes.map((b) => [b.left, b.top, b.right, b.bottom])).forEach((shown, i) => {
    if (!shown) texts[i].style.display = 'none';
  });
}
