// Finds places for callouts as the browser does; asked by tests/unit/test_javascript.py. Takes pictures
// as JSON from standard input and writes what was found for each.

import {readFileSync} from 'node:fs';

import {search} from '../../pages/plot/callouts.js';

const pictures = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(pictures.map(({at, callouts, ...picture}) => search(at, callouts, picture))));
