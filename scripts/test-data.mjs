// Runs the tests that fetch the published data sets: the environment is set in the same way on every system.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const vitest = path.join(path.dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
const env = { ...process.env, HGMLP_TEST_DATA: '1' };
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/data/published.test.ts'], {
  env,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
