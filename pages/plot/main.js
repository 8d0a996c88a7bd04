// The entry point of the component in component.py in the browser.

import {Plot} from './plot.js';
import {usual} from './renderers.js';

usual.expect(); // loaded before the first figure arrives, but not run yet, which takes a second

/** Run the drawing library before the first plot needs it. */
export const loadAhead = () => usual.load();

/**
 * Show or update a plot.
 * @param {{data: import('./contract').Data, parentElement: HTMLElement,
 *   setTriggerValue: (event: string, value: object) => void}} component
 */
export default function ({data, parentElement, setTriggerValue}) {
  const el = /** @type {HTMLElement} */ (parentElement.querySelector('.w2v-plot'));
  el.style.height ||= `${data.height}px`;
  const plot = Plot.of(el);
  plot.emit = setTriggerValue;
  plot.show(data);
  return () => plot.free();
}
