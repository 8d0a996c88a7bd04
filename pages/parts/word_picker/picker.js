// A field that completes words of a vocabulary during typing.

import {find} from './search.js';

const LONGEST = 80; // characters of a word in the field and the list

/** @typedef {{id: string, label: string, value: string, placeholder: string, clearable: boolean}} Data */

/** @param {string} text */
const shown = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** @type {WeakMap<Element, Picker>} */
const pickers = new WeakMap();

/**
 * Show or update a picker.
 * @param {{data: Data, parentElement: Element, setTriggerValue: (event: string, value: object) => void}} component
 */
export default function ({data, parentElement, setTriggerValue}) {
  const root = /** @type {Element} */ (parentElement.querySelector('.w2v-pick'));
  const picker = pickers.get(root) ?? new Picker(root, data);
  pickers.set(root, picker);
  picker.show(data, setTriggerValue);
}

class Picker {
  /**
   * @param {Element} root
   * @param {Data} data
   */
  constructor(root, data) {
    this.label = /** @type {HTMLLabelElement} */ (root.querySelector('label'));
    this.input = /** @type {HTMLInputElement} */ (root.querySelector('input'));
    this.list = /** @type {HTMLUListElement} */ (root.querySelector('ul'));
    this.data = data;
    /** @type {string | null} the last value from Python */
    this.value = null;
    /** @type {(event: string, value: object) => void} */
    this.emit = () => {};
    /** @type {string[]} */
    this.found = [];
    this.active = 0;
    const {input} = this;
    input.addEventListener('focus', () => input.select());
    input.addEventListener('input', () => this.open());
    input.addEventListener('search', () => { if (this.isEmptied()) this.pick(''); });
    input.addEventListener('click', () => { if (this.list.hidden) input.select(); });
    input.addEventListener('blur', () => { this.close(); this.takeBack(); });
    input.addEventListener('keydown', (event) => this.press(event));
  }

  /**
   * @param {Data} data
   * @param {(event: string, value: object) => void} emit
   */
  show(data, emit) {
    const {label, input} = this;
    this.data = data;
    this.emit = emit;
    label.textContent = data.label;
    input.ariaLabel = data.label;
    input.placeholder = data.placeholder;
    input.type = data.clearable ? 'search' : 'text';
    if (this.value !== data.value || document.activeElement !== input) this.takeBack();
    this.value = data.value;
  }

  /** Show the chosen word instead of the typed text. */
  takeBack() {
    this.input.value = shown(this.data.value);
  }

  /** The field was cleared, by its cross or by hand: no word is chosen. */
  isEmptied() {
    return this.data.clearable && !this.input.value.trim();
  }

  open() {
    this.found = find(this.data.id, this.input.value.trim());
    this.active = 0;
    this.list.replaceChildren(...(this.found.length ? this.found.map((word) => this.item(word)) : [this.item(null)]));
    this.list.hidden = false;
    this.input.ariaExpanded = 'true';
    this.mark();
  }

  /** @param {string | null} word null means no word */
  item(word) {
    const item = document.createElement('li');
    item.role = 'option';
    item.dir = 'auto';
    item.textContent = word === null ? 'no such word in this vocabulary' : shown(word);
    if (word === null) item.className = 'none';
    else item.addEventListener('mousedown', (event) => { event.preventDefault(); this.pick(word); });
    return item;
  }

  close() {
    this.list.hidden = true;
    this.input.ariaExpanded = 'false';
  }

  mark() {
    [...this.list.children].forEach((item, i) => {
      item.ariaSelected = String(i === this.active && this.found.length > 0);
      if (i === this.active) item.scrollIntoView({block: 'nearest'});
    });
  }

  /** @param {string} word */
  pick(word) {
    this.close();
    this.input.value = shown(word);
    this.input.blur();
    if (word !== this.data.value) this.emit('pick', {word});
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const {found} = this, typed = this.input.value.trim();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (this.list.hidden) { this.open(); return; }
      const step = event.key === 'ArrowDown' ? 1 : found.length - 1;
      this.active = (this.active + step) % Math.max(found.length, 1);
      this.mark();
    } else if (event.key === 'Enter') {
      if (this.isEmptied()) this.pick('');
      else if (this.list.hidden) this.open();
      else if (found.length) this.pick(found[this.active]);
      else if (typed) this.pick(typed);
    } else if (event.key === 'Escape') {
      this.close();
      this.takeBack();
      this.input.blur();
    }
  }
}
