import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {test} from 'node:test';

import {asTypes, contract, TYPES} from './contract.js';

test('the types are those of the contract: else run "npm run contract"', () => {
  assert.equal(readFileSync(TYPES, 'utf8'), asTypes(contract));
});

test('every name that the contract has is used by a module', () => {
  const folder = new URL('../../pages/plot/', import.meta.url);
  const modules = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const code = modules.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
  for (const [type, {properties = {}}] of Object.entries(contract.$defs)) {
    for (const name of Object.keys(properties)) {
      assert.match(code, new RegExp(`(?<!\\w)${name.replace('$', '\\$')}\\b`), `${type}.${name}`);
    }
  }
});
