// Large arrays of figures. Each arrives in a separate component, which Streamlit sends again only when it
// has changed, and is stored here for the plot that refers to it.

import {unpack} from './arrays.js';

/** @type {Map<string, {key: string, text: string | null, value?: any, holder?: object}>} */
const slots = new Map();
/** @type {Map<string, (() => void)[]>} */
const waiting = new Map();

/**
 * Store the array of a component; returns a function that releases it.
 * @param {import('./contract').Part} part
 */
export function hold({slot, key, value}) {
  if (slots.get(slot)?.key !== key) {
    slots.set(slot, {key, text: value});
    const woken = waiting.get(key) ?? [];
    waiting.delete(key);
    for (const wake of woken) wake();
  }
  // A component that is created again holds its part before the one it replaces lets go.
  const mine = {}, one = slots.get(slot);
  if (one) one.holder = mine;
  return () => { if (slots.get(slot)?.holder === mine) slots.delete(slot); };
}

/** Let everything that is waiting for a part check whether it still needs to wait. */
export function wakeAll() {
  const woken = [...waiting.values()].flat();
  waiting.clear();
  for (const wake of woken) wake();
}

/**
 * The unpacked content of a slot, if it is the requested one.
 * @param {string} slot
 * @param {string} key
 */
export function held(slot, key) {
  const one = slots.get(slot);
  if (one?.key !== key) return null;
  if (one.text !== null) {
    one.value = JSON.parse(one.text);
    for (const [name, value] of Object.entries(one.value)) {
      if (value?.bdata !== undefined) one.value[name] = unpack(value);
    }
    one.text = null;
  }
  return one.value;
}

/**
 * The same, once it has arrived; null if ``wanted`` says that it is no longer needed.
 * @param {string} slot
 * @param {string} key
 * @param {() => boolean} wanted
 */
export async function part(slot, key, wanted) {
  while (slots.get(slot)?.key !== key) {
    if (!wanted()) return null;
    await new Promise((/** @type {(_: void) => void} */ wake) => {
      waiting.set(key, [...(waiting.get(key) ?? []), wake]);
    });
  }
  return held(slot, key);
}
