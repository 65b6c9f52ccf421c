/** Searches whose folder is taken from under them. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isClaim } from '../../src/run/claim.js';
import '../execute/fake-pool.js';
import { trainings } from '../execute/pool-here.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { recordsOf } from './records.js';
import { callHgmlp, startHgmlp, type Ended } from './run-hgmlp.js';

const size = ['--budget', '5k..10k', '--candidates', '2', '--strategy', 'random', '--epochs', '40'];
const study = ['search', ...smallTaskOptions, ...size, '--batch-size', '24', '--workers', '1'];
/** Without workers, and by a formula. */
const call = (args: readonly string[]) => callHgmlp(args, { cwd: root });

let root: string;
const at = (...names: string[]) => path.join(root, ...names);

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-gone-'));
  await writePictures(root);
});
afterAll(() => rmSync(root, { recursive: true }));

const changes: Record<string, (name: string) => void> = {
  'was removed': (name) => rmSync(at(name), { recursive: true }),
  'was moved': (name) => renameSync(at(name), at(`${name}-moved`)),
  'has lost all that it held': (name) => {
    for (const each of readdirSync(at(name))) rmSync(at(name, each), { recursive: true });
  },
  'was replaced by an empty one': (name) => {
    renameSync(at(name), at(`${name}-moved`));
    mkdirSync(at(name));
  },
  'was replaced by a copy': (name) => {
    cpSync(at(name), at(`${name}-copy`), { recursive: true });
    rmSync(at(name), { recursive: true });
    renameSync(at(`${name}-copy`), at(name));
  },
  'was replaced by a file': (name) => {
    rmSync(at(name), { recursive: true });
    writeFileSync(at(name), 'a file');
  },
};

/** Names and sizes of all that is there. */
const contents = (name: string): unknown => {
  if (!existsSync(at(name))) return null;
  try {
    // A copy of its claim the search takes away.
    const names = readdirSync(at(name), { recursive: true, encoding: 'utf8' });
    return names.filter((each) => !isClaim(each)).toSorted();
  } catch {
    return 'a file';
  }
};

function expectStopped({ code, stdout, stderr }: Ended, name: string, before: unknown): void {
  expect([code, stdout]).toEqual([75, '']);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    new RegExp(`^hgmlp: ${name}: expected the folder that this process began to write into, got none or another `),
  );
  expect(stderr).not.toContain('4/4 runs');
  expect(contents(name)).toEqual(before);
}

describe('a search whose folder', () => {
  test.each(Object.keys(changes))(
    '%s amid a training stops with exit code 75 and a line, tells of no results, and writes nothing there any more',
    async (what) => {
      const name = what.replaceAll(' ', '-');
      let before: unknown;
      trainings.onEpoch = () => {
        if (recordsOf(at(name)).length < 1) return;
        trainings.onEpoch = () => undefined;
        changes[what]!(name);
        before = contents(name);
      };
      expectStopped(await call([...study, '--out', name]), name, before);
    },
  );

  test('was moved stops as a process with workers too', async () => {
    const { child, shown, ended } = startHgmlp([...study, '--out', 'process'], { cwd: root });
    await shown('1/4 runs');
    // So that it is changed as a whole, and amid a training.
    child.kill('SIGSTOP');
    changes['was moved']!('process');
    child.kill('SIGCONT');
    expectStopped(await ended, 'process', null);
  });

  test('was moved goes on in its new place', async () => {
    const name = 'process-moved';
    const before = recordsOf(at(name)).length;
    expect(before).toBeGreaterThan(0);
    const { code } = await call([...study, '--out', name]);
    expect(code).toBe(0);
    const keys = recordsOf(at(name)).map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([4, 4]);
    expect(readdirSync(at(name)).filter(isClaim)).toEqual([]);
  });
});
