// Says what breaks those who were written for the released contract; fails when something does.

import { fileURLToPath } from 'node:url';
import { readContract } from '../generator/contract.mjs';
import { breaks } from './compare.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const released = readContract(`${root}/contract/released`);
const faults = breaks(released, readContract(root));
if (faults.length > 0) {
  console.error(`Breaks clients of the released contract ${released.version}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  console.error('contract/README.md says what to do.');
  process.exit(1);
}
console.log(`nothing breaks clients of the released contract ${released.version}`);
