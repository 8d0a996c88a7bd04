// Loads plotly.js and the modules of the plot while the page is still being built. It is a separate file,
// because a Content-Security-Policy forbids inline scripts.

const at = (/** @type {string} */ name) => new URL(name, import.meta.url).href;
const href = at('../../plotly.min.js');
if (!document.head.querySelector(`link[href="${href}"]`)) {
  document.head.append(Object.assign(document.createElement('link'), {rel: 'preload', href, as: 'script'}));
}
import(at('all.js')).then((all) => all.default.main.loadAhead()).catch((error) => console.error(error));
