// Plots of a page are drawn one after the other, each shown before the next one begins.

const PATIENCE = 1000; // milliseconds; whatever holds one up, the others go on

let last = Promise.resolve();

/**
 * Wait until the plots before this one are drawn; returns how to let the next one begin.
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
