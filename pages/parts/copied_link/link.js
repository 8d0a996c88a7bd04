// The address that is passed on.

/** @typedef {{model: string, name: string, secret: string[]}} Data */

/**
 * The address of what a page shows, for somebody else: with the model, without what is nobody else's.
 * @param {string} href where the browser is
 * @param {Data} data the open model, the entry that names it, the entries that are secrets
 */
export function linkOf(href, {model, name, secret}) {
  const address = new URL(href);
  const given = address.searchParams;
  for (const own of secret) given.delete(own);
  if (model && !given.has(name)) given.set(name, model);
  address.hash = '';
  return address.href;
}
