import assert from 'node:assert/strict';
import {test} from 'node:test';

import {pack, unpack, whole} from '../../pages/plot/arrays.js';

const KINDS = [Float32Array, Float64Array, Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array];

test('every kind of array comes back as it was packed', () => {
  for (const Kind of KINDS) {
    const array = Kind.from([0, 1, 100, 3]);
    const packed = pack(array);
    assert.equal(typeof packed.bdata, 'string');
    assert.deepEqual(unpack(packed), array, Kind.name);
  }
});

test('an array longer than one piece of text is packed whole', () => {
  const array = Float32Array.from({length: 50_000}, (_, i) => i / 7);
  assert.deepEqual(unpack(pack(array)), array);
});

test('a matrix is unpacked as its rows', () => {
  const rows = unpack({...pack(Int32Array.of(1, 2, 3, 4, 5, 6)), shape: '3, 2'});
  assert.deepEqual(rows.map((row) => [...row]), [[1, 2], [3, 4], [5, 6]]);
});

test('Python packs as the browser reads: little-endian bytes in base64', () => {
  assert.deepEqual([...unpack({dtype: 'f4', bdata: 'AACAPwAAAMA='})], [1, -2]);
});

test('a figure gets its large arrays back, and keeps everything else', () => {
  const words = ['a', 'b'], x = Float32Array.of(1, 2);
  const trace = {text: {$part: ['places', '0-text']}, x: pack(x), marker: {color: {$part: ['look', '0-marker-color']}},
    name: 'words', nothing: null, list: [{$part: ['not', 'replaced']}]};
  const arrays = {places: {'0-text': words}, look: {'0-marker-color': x}};
  assert.deepEqual(whole(trace, arrays), {text: words, x, marker: {color: x}, name: 'words', nothing: null,
    list: [{$part: ['not', 'replaced']}]});
});

test('rows in a list become lists, as Plotly reads them from a page of its own', () => {
  assert.deepEqual(pack({customdata: [Int32Array.of(1, 2)], name: 'n'}), {customdata: [[1, 2]], name: 'n'});
});
