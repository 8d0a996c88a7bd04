// Loads plotly.js and the modules of the plot while the page is still being built. It is a separate file,
// because a Content-Security-Policy forbids inline scripts. The names of the modules follow its "?".

const here = new URL(import.meta.url);
const at = (/** @type {string} */ name) => new URL(name, here).href;

/** @type {(rel: string, href: string, more?: object) => void} */
function ask(rel, href, more = {}) {
  if (document.head.querySelector(`link[href="${href}"]`)) return;
  document.head.append(Object.assign(document.createElement('link'), {rel, href, ...more}));
}

ask('preload', at('../../plotly.min.js'), {as: 'script'});
for (const name of here.search.slice(1).split('+')) ask('modulepreload', at(name));
import('./main.js').then((code) => code.loadAhead()).catch((error) => console.error(error));
