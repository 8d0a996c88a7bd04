// The chosen zoom or camera, kept while the plot shows the same axes and stored in the address.

import {readAddress, writeAddress} from './address.js';
import {around, viewAsText, viewFromText} from './view.js';

const LOOK_AT_ADDRESS = 400; // milliseconds between two checks

/** The last view of each plot on the page, by its key, because its element may be created again.
 * @type {Map<string, string>} */
const views = new Map();

export class KeptView {
  /** @param {HTMLElement} el */
  constructor(el) {
    this.el = el;
    /** @type {string | undefined} what the axes show */
    this.name = undefined;
    /** @type {import('./types').Ranges | null} */
    this.ranges = null;
    /** @type {import('./types').Camera | null} */
    this.camera = null;
    /** @type {string | null} the key of the last focus that was applied */
    this.focus = null;
    /** @type {string | null} the query parameter */
    this.address = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.watching = undefined;
  }

  /**
   * Prepare for a drawing: a different view starts at its own zoom or at that in the address, and a new focus
   * moves it. Returns whether the view is different.
   * @param {import('./contract').Data} data
   * @param {{inSpace: boolean, isNew: boolean, shown: import('./types').Ranges | null}} plot
   *   ``isNew``: nothing was drawn before; ``shown``: the ranges drawn now
   */
  follow(data, {inSpace, isNew, shown}) {
    const isOther = this.name !== data.view;
    this.address = data.address;
    if (isOther) {
      this.ranges = this.camera = this.focus = null;
      // If the page has created this element again, the address may still contain another view's zoom.
      const before = this.name ?? views.get(data.key);
      if (this.name === undefined && (before ?? data.view) === data.view) {
        Object.assign(this, viewFromText(this.address && readAddress(this.address), inSpace));
      } else this.keepInAddress();
      this.name = data.view;
      views.set(data.key, data.view);
    }
    if (!inSpace && data.focus && this.focus !== data.focus.key && !(isNew && this.ranges)) {
      this.ranges = around(data.focus, isOther ? null : shown); // another view had other axes
    }
    return isOther;
  }

  keepInAddress() {
    if (this.address) writeAddress(this.address, viewAsText(this.ranges, this.camera));
  }

  /** Streamlit rewrites the address from the state of its server, which lacks the zoom: restore it. */
  watchAddress() {
    if (!this.address || this.watching !== undefined) return;
    const path = location.pathname;
    this.watching = setInterval(() => {
      if (this.el.isConnected && location.pathname === path) this.keepInAddress();
      else { clearInterval(this.watching); this.watching = undefined; }
    }, LOOK_AT_ADDRESS);
  }
}
