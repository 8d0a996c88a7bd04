// Writes pages/plot/contract.d.ts, the types by which tsc checks the browser's modules, from
// contract.json: `npm run contract`.

import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const FOLDER = new URL('../../pages/plot/', import.meta.url);
export const TYPES = new URL('contract.d.ts', FOLDER);

/** The contract, as it is written down. */
export const contract = JSON.parse(readFileSync(new URL('contract.json', FOLDER), 'utf8'));

/** The TypeScript type of a JSON schema. */
export function typeOf(schema) {
  if (schema.$ref) return schema.$ref.replace('#/$defs/', '');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  switch (schema.type) {
    case 'integer': return 'number';
    case 'array': return schema.prefixItems ? `[${schema.prefixItems.map(typeOf).join(', ')}]` : `${typeOf(schema.items)}[]`;
    case 'object': return schema.properties ? fields(schema) : `{[name: string]: ${typeOf(schema.additionalProperties)}}`;
    case 'string': case 'number': case 'boolean': case 'null': return schema.type;
    default: throw new Error(`no type is known for ${JSON.stringify(schema)}`);
  }
}

function fields({properties, required = []}) {
  const lines = Object.entries(properties).map(([name, schema]) => [
    schema.description ? `  /** ${schema.description} */\n` : '',
    `  ${/^[a-z_]\w*$/i.test(name) ? name : JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};\n`,
  ].join(''));
  return `{\n${lines.join('')}}`;
}

/** The text of contract.d.ts. */
export function asTypes({$defs}) {
  const types = Object.entries($defs).map(([name, schema]) => [
    schema.description ? `/** ${schema.description} */\n` : '', `export type ${name} = ${typeOf(schema)};\n`,
  ].join(''));
  return `// Made from contract.json by tests/js/contract.js: change that file, not this one.\n\n${types.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TYPES, asTypes(contract));
