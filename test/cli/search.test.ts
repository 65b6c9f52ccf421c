import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { recordsOf } from './records.js';
import { callHgmlp, killWhenShown, startHgmlp, type Ended, type Started } from './run-hgmlp.js';
import { canFindProcesses, killWorker } from './workers.js';

/** Eight runs, each of enough steps that a signal comes before the last of them. */
const length = ['--epochs', '40', '--batch-size', '24'];
const size = ['--budget', '5k..10k', '--candidates', '2', '--learning-rates', '1e-3,3e-3'];
const study = ['search', ...smallTaskOptions, ...size, ...length];
const plots = ['frontier.svg', 'frontier.png', 'frontier.html', 'samples-hourglass.png', 'samples-conventional.png'];
const reportFiles = ['config.yaml', 'runs.csv', 'frontier.csv', ...plots];

const hasPgrep = canFindProcesses();

let folder: string;
const at = (name: string) => path.join(folder, name);
const start = (args: readonly string[]): Started => startHgmlp(args, { cwd: folder });
const call = (args: readonly string[]): Promise<Ended> => callHgmlp(args, { cwd: folder });
/** The same command again, in this process. */
const again = (args: readonly string[]): Promise<Ended> => call([...args, '--workers', '1']);
const hashes = (name: string) =>
  Object.fromEntries(
    [...reportFiles, ...sheets(name)].map((file) => [file, sha256(readFileSync(path.join(at(name), file)))]),
  );
const sheets = (name: string) =>
  readdirSync(path.join(at(name), 'samples'))
    .filter((file) => !file.endsWith('.tmp'))
    .map((file) => path.join('samples', file));
const loggedRuns = (name: string) => recordsOf(at(name));

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-search-'));
  await writePictures(folder);
  const { code } = await call([...study, '--workers', '2', '--out', at('whole')]);
  expect(code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a search', () => {
  test('leaves byte-identical files with one worker and with two', async () => {
    const { code, stdout, stderr } = await call([...study, '--workers', '1', '--out', at('one-worker')]);
    expect(code).toBe(0);
    expect(hashes('one-worker')).toEqual(hashes('whole'));
    expect(stderr).toMatch(/^8\/8 runs {2}\w+ .* dB on validation/m);
    expect(sheets('one-worker').toSorted()).toEqual(
      loggedRuns('one-worker')
        .map(({ key }) => path.join('samples', `${key}.png`))
        .toSorted(),
    );
    expect(stdout).toContain('Hourglass');
    expect(stdout).toContain(`Next: hgmlp frontier show ${at('one-worker')}`);
  });

  test('stopped by Ctrl-C and then killed with its workers by kill -9 goes on with the same command: nothing finished runs again, the files are the same', async () => {
    const command = [...study, '--workers', '2', '--out', at('killed')];
    const stopped = start(command);
    await stopped.shown('1/8 runs');
    process.kill(-stopped.child.pid!, 'SIGINT');
    const { code, stderr } = await stopped.ended;
    expect(code).toBe(75);
    expect(stderr).toContain(`Resume with:\n  hgmlp ${command.join(' ')}`);
    expect(loggedRuns('killed').every(({ state }) => state === 'finished')).toBe(true);

    await killWhenShown(`${loggedRuns('killed').length + 2}/8 runs`, command, { cwd: folder });
    const finished = loggedRuns('killed').map(({ key }) => key);
    for (const key of finished) expect(sheets('killed')).toContain(path.join('samples', `${key}.png`));
    expect(finished.length).toBeGreaterThanOrEqual(3);
    expect(finished.length).toBeLessThan(8);

    const resumed = await again(command);
    expect(resumed.code).toBe(0);
    const keys = loggedRuns('killed').map(({ key }) => key);
    expect(keys.length).toBe(8);
    expect(new Set(keys).size).toBe(8);
    expect(hashes('killed')).toEqual(hashes('whole'));
  });

  test.skipIf(!hasPgrep)(
    'loses only the run of a worker that is killed, says so with exit code 3, and trains it when it is run again',
    async () => {
      const command = [...study, '--workers', '2', '--out', at('worker-killed')];
      const started = start(command);
      await started.shown('2/8 runs');
      killWorker(started);
      const { code, stderr } = await started.ended;
      expect(code).toBe(3);
      expect(stderr).toMatch(/^failed: \w{24}: the worker process was killed \(SIGKILL\)/m);
      expect(loggedRuns('worker-killed').filter(({ state }) => state === 'finished').length).toBe(7);
      expect((await again(command)).code).toBe(0);
      expect(hashes('worker-killed')).toEqual(hashes('whole'));
    },
  );
});

describe('the frontier of a results folder', () => {
  test('is shown as a table, as Markdown and as JSON', async () => {
    const show = ['frontier', 'show', at('whole')];
    expect((await call(show)).stdout).toContain('Conventional');
    expect((await call([...show, '--format', 'markdown'])).stdout).toMatch(/^\| /m);
    const document = JSON.parse((await call([...show, '--json'])).stdout) as { points: unknown[] };
    expect(document.points.length).toBe(4);
  });

  test('is drawn anew, and the latest results are taken where none are named', async () => {
    const { code, stdout } = await call(['frontier', 'plot', at('killed')]);
    expect(code).toBe(0);
    expect(stdout).toBe(plots.map((file) => `${at('killed')}/${file}\n`).join(''));
    expect(hashes('killed')).toEqual(hashes('whole'));
  });

  test('is drawn without samples where the folder has none, as those of older versions', async () => {
    rmSync(path.join(at('killed'), 'samples'), { recursive: true });
    const { code, stdout } = await call(['frontier', 'plot', at('killed'), '--json']);
    expect(code).toBe(0);
    const { files } = JSON.parse(stdout) as { files: string[] };
    expect(files.map((file) => path.basename(file))).toEqual(plots.slice(0, 3));
    expect(readFileSync(path.join(at('killed'), 'frontier.html'), 'utf8')).not.toContain('What it looks like');
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
