// The plots of a page are drawn one after another; each is visible before the next one starts.

const PATIENCE = 1000; // milliseconds after which the next plot starts even if one is delayed

let last = Promise.resolve();

/**
 * Wait until the plots before this one are drawn; returns a function that lets the next one start.
 * @returns {Promise<() => void>}
 */
export async function inTurn() {
  const before = last;
  /** @type {() => void} */
  let done = () => {};
  last = new Promise((ok) => { done = ok; });
  await before;
  setTimeout(done, PATIENCE);
  return () => setTimeout(done);
}
