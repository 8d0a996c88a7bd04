// What the component in component.py calls in the browser.

import {Plot} from './plot.js';
import {usual} from './renderers.js';

usual.expect(); // on its way before the first figure is here, but not run: that takes a second

/** Run the drawing library before the first plot asks for it. */
export const loadAhead = () => usual.load();

/**
 * Show a plot, or show it anew.
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
