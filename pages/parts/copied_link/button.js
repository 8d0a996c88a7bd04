// The button that copies the address of what is shown.

import {linkOf} from './link.js';

const SAID = 2000; // milliseconds for which the button says that it has copied

/** @typedef {import('./link.js').Data} Data */

/** @type {WeakMap<Element, Button>} */
const buttons = new WeakMap();

/**
 * Show or update the button.
 * @param {{data: Data, parentElement: Element}} component
 */
export default function ({data, parentElement}) {
  const root = /** @type {Element} */ (parentElement.querySelector('.w2v-link'));
  const button = buttons.get(root) ?? new Button(root);
  buttons.set(root, button);
  button.data = data;
}

class Button {
  /** @type {Data} */
  data = {model: '', name: 'model', secret: []};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;

  /** @param {Element} root */
  constructor(root) {
    this.button = /** @type {HTMLButtonElement} */ (root.querySelector('button'));
    this.label = /** @type {HTMLElement} */ (root.querySelector('button span'));
    this.said = /** @type {HTMLElement} */ (root.querySelector('.said'));
    this.byHand = /** @type {HTMLElement} */ (root.querySelector('label'));
    this.input = /** @type {HTMLInputElement} */ (root.querySelector('input'));
    this.button.addEventListener('click', () => this.copy());
    this.input.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        this.hide();
        this.button.focus();
      }
    });
    this.input.addEventListener('blur', () => this.hide());
    this.button.disabled = false;
  }

  async copy() {
    const link = linkOf(location.href, this.data);
    try {
      await navigator.clipboard.writeText(link); // there is none where the page came without encryption
      this.tell();
    } catch {
      this.input.value = link;
      this.byHand.hidden = false;
      this.input.focus();
      this.input.select();
      if (copySelected()) {
        this.hide();
        this.button.focus();
        this.tell();
      }
    }
  }

  hide() {
    this.byHand.hidden = true;
  }

  tell() {
    clearTimeout(this.timer);
    this.label.textContent = 'Copied';
    this.said.textContent = 'The link was copied.';
    this.timer = setTimeout(() => {
      this.label.textContent = 'Copy link';
      this.said.textContent = '';
    }, SAID);
  }
}

/** The older way, which also works where the page came without encryption. */
function copySelected() {
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  }
}
