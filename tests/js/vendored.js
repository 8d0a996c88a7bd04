// Builds pages/plot/vendored from the packages that the lock file names: npm ci && npm run vendored.

import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

import {build} from 'esbuild';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** Only these functions of the libraries are used; the rest is left out. */
const USED = `
export {createBufferInfoFromArrays, createProgramInfo, drawBufferInfo, setBuffersAndAttributes, setUniforms} from 'twgl.js';
export {default as KDBush} from 'kdbush';
`;

/** The packages in it, each with the file of its licence. */
const PACKAGES = [['twgl.js', 'LICENSE.md'], ['kdbush', 'LICENSE']];

/** The files of the folder: their names and contents. */
export async function vendored() {
  const licences = PACKAGES.map(([name, file]) => {
    const {version} = JSON.parse(readFileSync(here(`node_modules/${name}/package.json`), 'utf8'));
    return `${name} ${version}\n\n${readFileSync(here(`node_modules/${name}/${file}`), 'utf8').trim()}\n`;
  }).join(`\n${'-'.repeat(72)}\n\n`);
  const built = await build({stdin: {contents: USED, resolveDir: here('.')}, bundle: true, minify: true, write: false,
    format: 'esm', target: 'es2022', legalComments: 'none', banner: {js: `/* Built by tests/js/vendored.js from:\n\n${licences}*/`}});
  return {'libraries.js': built.outputFiles[0].text, 'LICENCES.txt': licences};
}

export const FOLDER = here('../../pages/plot/vendored/');

if (process.argv[1] === here('vendored.js')) {
  for (const [name, content] of Object.entries(await vendored())) writeFileSync(FOLDER + name, content);
}
