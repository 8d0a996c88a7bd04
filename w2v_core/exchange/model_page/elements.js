// Makes parts of the page. Words are always put in as text.

/**
 * An element with a class and content: text, other elements, or both.
 * @param {string} tag
 * @param {string} name
 * @param {...(string | Node)} content
 */
export function element(tag, name, ...content) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...content);
  return made;
}

/**
 * A word that keeps its own direction of writing.
 * @param {string} word
 */
export const isolated = (word) => element('bdi', '', word);

/**
 * Words with something between them.
 * @param {string[]} words
 * @param {string} between
 * @returns {(string | Node)[]}
 */
export const listed = (words, between = ', ') => words.flatMap((word, i) => i ? [between, isolated(word)] : [isolated(word)]);

/**
 * A button that does something.
 * @param {string} name
 * @param {() => void} act
 * @param {...(string | Node)} content
 */
export function button(name, act, ...content) {
  const made = /** @type {HTMLButtonElement} */ (element('button', name, ...content));
  made.type = 'button';
  made.addEventListener('click', act);
  return made;
}

/**
 * The element of the page with this id.
 * @param {string} id
 */
export function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no ${id}.`);
  return found;
}
