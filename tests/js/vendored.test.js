import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {FOLDER, vendored} from './vendored.js';

test('the libraries that are shipped are those of the lock file: npm run vendored', async () => {
  for (const [name, content] of Object.entries(await vendored())) {
    assert.equal(readFileSync(FOLDER + name, 'utf8'), content, name);
  }
});

test('they make no code from text, which a content security policy forbids, and ask for nothing', () => {
  const code = readFileSync(`${FOLDER}libraries.js`, 'utf8');
  assert.doesNotMatch(code, /\beval\(|\bFunction\(|https?:/);
  assert.ok(code.length < 300_000);
});
