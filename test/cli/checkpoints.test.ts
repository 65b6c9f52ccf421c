/** Real processes that are asked to stop in mid-run, and what they leave and go on from. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkpointFile, saveCheckpoint } from '../../src/run/checkpoint.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { recordsOf } from './records.js';
import { callHgmlp, startHgmlp } from './run-hgmlp.js';

/** Enough of them that one is stopped several times before the last. */
const epochs = 600;
const length = ['--epochs', String(epochs), '--batch-size', '24'];
/** Two runs. */
const study = ['search', ...smallTaskOptions, '--budget', '5k..10k', '--candidates', '1', ...length];
const search = [...study, '--workers', '1', '--log-level', 'debug'];
const network = ['train', ...smallTaskOptions, '--skip', '16', '--bottleneck', '4', '--depth', '1', ...length];

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
const start = (args: readonly string[]) => startHgmlp(args, { cwd: folder });
/** In this process: for what is not to be stopped. */
const call = (args: readonly string[]) => callHgmlp(args, { cwd: folder });
const contents = (name: string) => ['runs.csv', 'frontier.csv'].map((file) => readFileSync(at(name, file), 'utf8'));
const loggedRuns = (name: string) => recordsOf(at(name));

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-checkpoints-'));
  await writePictures(folder);
  expect((await call([...search, '--out', at('whole')])).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

// Windows knows no such signals.
describe.skipIf(process.platform === 'win32')('a search that is asked to stop', () => {
  /** Signals it and its workers after an epoch, as a batch system does. */
  async function stopped(name: string, signal: NodeJS.Signals, { workers = 1, prepare = () => {} } = {}) {
    const started = start([...search, '--workers', String(workers), '--out', at(name)]);
    await started.shown('"again":false');
    prepare();
    process.kill(-started.child.pid!, signal);
    return started.ended;
  }

  test('by SIGTERM, then by SIGUSR1 and then by SIGHUP saves and exits with 75 each time, and comes to the files of one that was not', async () => {
    for (const [signal, workers] of [
      ['SIGTERM', 2],
      ['SIGUSR1', 1],
      ['SIGHUP', 1],
    ] as const) {
      const { code, stderr } = await stopped('stopped', signal, { workers });
      expect(code).toBe(75);
      expect(stderr).toContain('Resume with:\n  hgmlp search');
      expect(stderr).not.toContain('Debugger');
      expect(readdirSync(at('stopped', 'checkpoints')).length).toBeGreaterThan(0);
      for (const name of readdirSync(at('stopped', 'checkpoints'))) expect(name).toMatch(/^[0-9a-f]{24}\.checkpoint$/);
    }
    const { code, stderr } = await call([...search, '--out', at('stopped')]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^hourglass .* goes on from (the end of its last )?epoch/m);
    expect(contents('stopped')).toEqual(contents('whole'));
    expect(readdirSync(at('stopped', 'checkpoints'))).toEqual([]);
    expect(loggedRuns('stopped').map(({ state, curve }) => [state, curve.length])).toEqual([
      ['finished', epochs],
      ['finished', epochs],
    ]);
  });

  test('and cannot save says why in one line, with no failed run', async () => {
    const { code, stderr } = await stopped('unwritable', 'SIGTERM', {
      prepare() {
        rmSync(at('unwritable', 'checkpoints'), { recursive: true, force: true });
        writeFileSync(at('unwritable', 'checkpoints'), 'a file');
      },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hgmlp: cannot write (to )?.*checkpoints.*: expected a folder, got a file/m);
    expect(stderr).not.toContain('failed: ');
  });
});

test('checkpoints of runs that are over are gone, with what is left of them, once a search opens the folder', async () => {
  const [finished] = loggedRuns('whole');
  const checkpoint = {
    ...{ keys: [finished!.key], epoch: 1, step: 0, startedAt: '2026-01-01T00:00:00.000Z', elapsedMs: 1, images: 1 },
    ...{ trainingMs: 1, members: [{ curve: [], diverged: null, lossSum: 0 }], arrays: new Map() },
  };
  const place = at('whole', 'checkpoints');
  await saveCheckpoint(place, checkpoint);
  writeFileSync(`${checkpointFile(place, [finished!.key])}.1-2.tmp`, 'half');
  await saveCheckpoint(place, { ...checkpoint, keys: ['another'] });
  expect((await call([...search, '--out', at('whole')])).code).toBe(0);
  expect(readdirSync(place)).toEqual([path.basename(checkpointFile(place, ['another']))]);
});

describe.skipIf(process.platform === 'win32')('hgmlp train', () => {
  const outcome = (text: string) => ({ ...(JSON.parse(text) as object), timing: null });

  test('--checkpoints stops on SIGTERM with 75, and the same command goes on to the numbers of one that did not', async () => {
    const whole = await call([...network, '--json']);
    const command = [...network, '--json', '--checkpoints', at('train')];
    const started = start(command);
    await started.shown(`epoch 2/${epochs}`);
    process.kill(-started.child.pid!, 'SIGTERM');
    const stopped = await started.ended;
    expect(stopped.code).toBe(75);
    expect(stopped.stdout).toBe('');
    expect(stopped.stderr).toContain(`Resume with:\n  hgmlp ${command.join(' ')}`);
    expect(readdirSync(at('train'))).toHaveLength(1);

    const { code, stdout, stderr } = await call(command);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^\w+ 16-4-1, lr 0.001, replicate 0 goes on from /m);
    expect(stderr).not.toContain(`epoch 1/${epochs} `);
    expect(outcome(stdout)).toEqual(outcome(whole.stdout));
    expect(readdirSync(at('train'))).toEqual([]);
  });

  test('without --checkpoints saves nothing and ends by the signal', async () => {
    const started = start(network);
    await started.shown(`epoch 1/${epochs}`);
    started.child.kill('SIGTERM');
    expect((await started.ended).code).toBeNull();
    expect(started.child.signalCode).toBe('SIGTERM');
  });
});
