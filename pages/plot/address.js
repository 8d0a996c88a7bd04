// One query parameter of the page's address.

/** @param {string} name */
export const readAddress = (name) => new URL(location.href).searchParams.get(name);

/**
 * Write the parameter; null removes it.
 * @param {string} name
 * @param {string | null} text
 */
export function writeAddress(name, text) {
  const url = new URL(location.href);
  if (text === null) url.searchParams.delete(name);
  else url.searchParams.set(name, text);
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}
