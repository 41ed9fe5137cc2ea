// Writes the generated parts of both clients.
//   node clients/generator/main.mjs            into their places
//   node clients/generator/main.mjs --check    says what is stale, and changes nothing

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readContract } from './contract.mjs';
import { dart } from './dart.mjs';
import { typescript } from './typescript.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const contract = readContract(root);
/** Folders that hold generated files alone, and what belongs there. */
const folders = {
  'clients/typescript/src/generated': typescript(contract),
  'client/lib/src': dart(contract),
};

const files = Object.entries(folders).flatMap(([folder, texts]) => Object.entries(texts).map(([name, text]) => [join(root, folder, name), text]));
/** Files that were written once and have no place in the contract any more. */
function left() {
  const models = join(root, 'client/lib/src/models');
  const known = new Set(files.map(([file]) => file));
  if (!existsSync(models)) return [];
  return readdirSync(models).map((name) => join(models, name)).filter((file) => file.endsWith('.dart') && !file.endsWith('.g.dart') && !known.has(file));
}

const stale = files.filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
if (process.argv.includes('--check')) {
  const names = [...stale.map(([file]) => file), ...left()].map((file) => relative(root, file));
  if (names.length > 0) {
    console.error(`Stale: ${names.join(', ')}: run 'scripts/clients' and commit it.`);
    process.exit(1);
  }
  console.log(`${files.length} generated files say what the contract says`);
} else {
  for (const file of left()) rmSync(file);
  for (const [file, text] of stale) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${relative(root, file)}`);
  }
}
