// Feeds hostile input to hgmlp, 100,000 inputs unless told otherwise, and prints what became of them. See CONTRIBUTING.md.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    target: { type: 'string' },
    path: { type: 'string' },
  },
});
const env = { ...process.env };
for (const [name, value] of Object.entries(values)) env[`HGMLP_FUZZ_${name.toUpperCase()}`] = value;
process.stdout.write(`seed ${values.seed}\n`);

const require = createRequire(import.meta.url);
const vitest = path.join(path.dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/fuzz/fuzz.test.ts'], { env, stdio: 'inherit' });
process.exitCode = status ?? 1;
