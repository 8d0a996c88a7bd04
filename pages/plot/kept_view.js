// The zoom or camera that a person chose, kept while the plot shows the same axes, and in the address.

import {readAddress, writeAddress} from './address.js';
import {around, viewAsText, viewFromText} from './view.js';

const LOOK_AT_ADDRESS = 400; // milliseconds between two looks

/** What each plot of the page showed last, by its key: its element may be made anew.
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
    /** @type {string | null} the key of the last focus that was followed */
    this.focus = null;
    /** @type {string | null} the query parameter */
    this.address = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.watching = undefined;
  }

  /**
   * Prepare for a drawing: another view begins at its own zoom, or at that of the address; a new focus
   * moves it. Returns whether it is another view.
   * @param {import('./contract').Data} data
   * @param {{inSpace: boolean, isNew: boolean, shown: import('./types').Ranges | null}} plot
   *   ``isNew``: nothing was drawn before; ``shown``: the ranges that are drawn now
   */
  follow(data, {inSpace, isNew, shown}) {
    const isOther = this.name !== data.view;
    this.address = data.address;
    if (isOther) {
      this.ranges = this.camera = this.focus = null;
      // The page may have made this element anew: what the address holds was then of another view.
      const before = this.name ?? views.get(data.key);
      if (this.name === undefined && (before ?? data.view) === data.view) {
        Object.assign(this, viewFromText(this.address && readAddress(this.address), inSpace));
      } else this.keepInAddress();
      this.name = data.view;
      views.set(data.key, data.view);
    }
    if (!inSpace && data.focus && this.focus !== data.focus.key && !(isNew && this.ranges)) {
      this.ranges = around(data.focus, isOther ? null : shown); // the axes of another view were others
    }
    return isOther;
  }

  keepInAddress() {
    if (this.address) writeAddress(this.address, viewAsText(this.ranges, this.camera));
  }

  /** Streamlit writes the address anew from what its server knows, which is not the zoom: put it back. */
  watchAddress() {
    if (!this.address || this.watching !== undefined) return;
    const path = location.pathname;
    this.watching = setInterval(() => {
      if (this.el.isConnected && location.pathname === path) this.keepInAddress();
      else { clearInterval(this.watching); this.watching = undefined; }
    }, LOOK_AT_ADDRESS);
  }
}
