// Arrays in Plotly's JSON format: bytes in base64, read into typed arrays.

const KINDS = {f4: Float32Array, f8: Float64Array, i1: Int8Array, u1: Uint8Array, i2: Int16Array,
  u2: Uint16Array, i4: Int32Array, u4: Uint32Array};

/**
 * Unpack a typed array; a matrix becomes a list of its rows.
 * @param {import('./contract').Packed} packed
 */
export function unpack({dtype, bdata, shape}) {
  const text = atob(bdata), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const flat = new KINDS[dtype](bytes.buffer);
  const columns = shape ? Number(shape.split(',')[1]) : NaN;
  if (!(columns > 0)) return flat;
  return Array.from({length: flat.length / columns}, (_, i) => flat.subarray(i * columns, (i + 1) * columns));
}

/**
 * Pack every typed array in a value; typed arrays within a list become lists.
 * @param {any} value
 * @returns {any}
 */
export function pack(value) {
  const kind = Object.entries(KINDS).find(([, type]) => value instanceof type)?.[0];
  if (kind) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let text = '';
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return {dtype: kind, bdata: btoa(text)};
  }
  if (Array.isArray(value)) {
    return value.map((v) => (ArrayBuffer.isView(v) ? Array.from(/** @type {any} */ (v)) : pack(v)));
  }
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, pack(v)]));
  }
  return value;
}

/**
 * Unpack the arrays in a part of a figure, and replace references by the arrays that they name.
 * @param {any} node
 * @param {{[slot: string]: {[name: string]: any}}} arrays
 * @returns {any}
 */
export function whole(node, arrays) {
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return node;
  if (node.$part) return arrays[node.$part[0]][node.$part[1]];
  if (node.bdata !== undefined) return unpack(node);
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, whole(value, arrays)]));
}
