// Runs the specs, those named or all, one file after the other. A browser that shares a busy machine is late now and then: a test that
// failed is tried once more, and told of as flaky where it passes then. What fails twice fails.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from 'node:test';

const here = fileURLToPath(new URL('.', import.meta.url));
const named = process.argv.slice(2);
const specs = named.length > 0 ? named : readdirSync(here).filter((f) => f.endsWith('.spec.mjs')).sort().map((f) => here + f);

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const exactly = (name) => new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);

/** Runs these files, and of their tests those with these names; tells what came of each test. */
async function attempt(files, names) {
  const outcome = { passed: [], failed: [], skipped: 0 };
  const events = run({ files, concurrency: 1, ...(names && { testNamePatterns: names.map(exactly) }) });
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') process.stdout.write(data.message);
    if ((type !== 'test:pass' && type !== 'test:fail') || data.nesting > 0) continue;
    if (data.skip !== undefined) {
      if (!names) outcome.skipped += 1;
    } else if (type === 'test:pass') {
      outcome.passed.push(data.name);
      console.log(`  ok    ${data.name} (${seconds(data.details.duration_ms)})`);
    } else {
      outcome.failed.push({ file: data.file ?? data.name, name: data.name });
      const cause = data.details.error?.cause ?? data.details.error;
      console.log(`  FAIL  ${data.name} (${seconds(data.details.duration_ms)})\n${cause?.stack ?? cause}`);
    }
  }
  return outcome;
}

const first = await attempt(specs);
let failed = first.failed;
let passed = first.passed.length;
if (failed.length > 0) {
  console.log('\nOnce more, what failed:');
  const again = await attempt([...new Set(failed.map((f) => f.file))], failed.map((f) => f.name));
  // What is not heard of again, because its file could not be read, has not passed.
  const flaky = failed.filter((f) => again.passed.includes(f.name));
  failed = failed.filter((f) => !flaky.includes(f));
  passed += flaky.length;
  for (const f of flaky) console.log(`  FLAKY ${f.name}`);
  for (const f of failed) console.log(`  FAILED TWICE ${f.name}`);
}
console.log(`# pass ${passed}\n# fail ${failed.length}\n# skipped ${first.skipped}`);
process.exitCode = failed.length > 0 ? 1 : 0;
