// The keys of a film: arrows step from pass to pass, Space plays and pauses, Home and End go to the ends.

/** @typedef {{step: number} | {end: 'first' | 'last'} | {play: true}} FilmWish */

const FIELDS = 'input, textarea, select, [contenteditable=true], [role=slider], [role=combobox], [role=listbox]';
const PRESSED = 'button, a, summary, [role=button], [role=radio], [role=tab]'; // Space presses these
const OPEN = '[data-testid=stPopoverBody], [role=dialog], [role=listbox]';

/**
 * What a key asks a film for; null if it is not the film's.
 * @param {{key: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @returns {FilmWish | null}
 */
export function filmWishOf({key, shiftKey, ctrlKey, metaKey, altKey}) {
  if (ctrlKey || metaKey || altKey || shiftKey) return null; // the browser's, or a screen reader's
  if (key === 'ArrowLeft' || key === 'ArrowRight') return {step: key === 'ArrowLeft' ? -1 : 1};
  if (key === 'Home' || key === 'End') return {end: key === 'Home' ? 'first' : 'last'};
  return key === ' ' ? {play: true} : null;
}

/** Whether a popover, a dialog or a list is open, which has the first claim on a key. */
export const isOpen = () => [...document.querySelectorAll(OPEN)].some((one) => one.checkVisibility());

/**
 * Whether a key that was pressed anywhere on the page is free for a film: not in a field, not on a map that has
 * words to move between (keyboard.js), not on what the key itself would press or close.
 * @param {KeyboardEvent} event
 */
export function isFree(event) {
  if (event.defaultPrevented || isOpen()) return false;
  const at = event.target instanceof Element ? event.target : null;
  if (!at) return true;
  if (at.closest(`${FIELDS}, [role=application], [role=radiogroup], [role=tablist]`)) return false;
  return event.key !== ' ' || !at.closest(PRESSED);
}

/**
 * The moment that a wish leads to, from one that may lie between two passes.
 * @param {Exclude<FilmWish, {play: true}>} wish
 * @param {number} moment
 * @param {number} last
 */
export function momentOf(wish, moment, last) {
  if ('end' in wish) return wish.end === 'first' ? 0 : last;
  const next = wish.step > 0 ? Math.floor(moment) + 1 : Math.ceil(moment) - 1;
  return Math.max(0, Math.min(last, next));
}
