// Runs a function a little later, and only once, however often it was requested meanwhile.

export class Later {
  /** @param {HTMLElement} el the function is not run once the element has left the page */
  constructor(el) {
    this.el = el;
    /** @type {Map<string, ReturnType<typeof setTimeout>>} */
    this.timers = new Map();
  }

  /**
   * @param {string} what
   * @param {number} wait milliseconds
   * @param {() => void} act
   */
  do(what, wait, act) {
    clearTimeout(this.timers.get(what));
    this.timers.set(what, setTimeout(() => this.el.isConnected && act(), wait));
  }
}
