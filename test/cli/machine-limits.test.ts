/** The real program in a shell that limits it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallTaskOptions, writePictures } from '../train/small-task.js';

const program = fileURLToPath(new URL('../../bin/hgmlp.js', import.meta.url));
const search = [
  'search',
  ...smallTaskOptions,
  '--budget',
  '5k..10k',
  '--candidates',
  '1',
  '--epochs',
  '1',
  '--workers',
  '1',
];

let root: string;

/** @param limit the words of ulimit, such as `-n 64` */
function runLimited(limit: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const words = ['-c', `ulimit ${limit} && exec "$@"`, 'sh', process.execPath, program, ...args];
  const options = { cwd: root, env: { ...process.env, NO_COLOR: '1', HGMLP_ENGINE: 'onnx-cpu', ...env } };
  return new Promise<[code: unknown, stderr: string]>((resolve) => {
    execFile('sh', words, options, (error, _, stderr) => resolve([error === null ? 0 : error.code, stderr]));
  });
}

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-limits-'));
  await writePictures(root);
});
afterAll(() => rmSync(root, { recursive: true }));

// Only there a process sees its limits, and has them.
describe.skipIf(process.platform !== 'linux')('A shell that limits', () => {
  test.each(['20', '64'])('open files to %s is told so.', async (files) => {
    expect(await runLimited(`-n ${files}`, [...search, '--out', 'files'])).toEqual([
      2,
      expect.stringMatching(
        /^hgmlp: too many open files: expected to open 1024 at a time.*; raise it with ulimit -n 1024$/m,
      ),
    ]);
  });

  test('virtual memory is told what to do, no run is recorded as failed, and that helps.', async () => {
    const limited = [...search, '--out', 'memory'];
    expect(await runLimited('-v 12000000', limited)).toEqual([
      2,
      expect.stringMatching(
        /^hgmlp: the limit of virtual memory is too low .*NODE_OPTIONS=--disable-wasm-trap-handler/m,
      ),
    ]);
    const [code, stderr] = await runLimited('-v 12000000', limited, { NODE_OPTIONS: '--disable-wasm-trap-handler' });
    expect([code, stderr]).toEqual([0, expect.stringContaining('2/2 runs')]);
    expect(stderr).not.toContain('the log holds');
  });
});
