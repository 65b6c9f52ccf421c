import { execFileSync, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { cp, mkdtemp, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { exitCodes, type UserError } from '../../src/base/errors.js';
import { ownMark } from '../../src/base/processes.js';
import { unfinishedName } from '../../src/base/unfinished.js';
import { isClaim, whileClaimed } from '../../src/run/claim.js';

const machine = vi.hoisted(() => ({ uptimeSeconds: 1e6 }));
vi.mock('node:os', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  uptime: () => machine.uptimeSeconds,
}));

const linux = process.platform === 'linux';
let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hgmlp-claim-'));
  folder = path.join(root, 'study');
  await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true }));

const at = (name: string) => path.join(folder, name);
const claims = async () => (await readdir(folder)).filter(isClaim);
const enter = (share: string | null = null) => whileClaimed(folder, share, () => Promise.resolve('in'));

/** What came of a second one while the first holds its share. */
async function beside(first: string | null, second: string | null): Promise<unknown> {
  return whileClaimed(folder, first, () => enter(second).catch((error: unknown) => error));
}

const refused: unknown = expect.objectContaining({ name: 'UserError', exitCode: exitCodes.stoppedResumable });

/** The claim of another process, last written so long ago. */
async function leave(change: Record<string, unknown>, ageMs = 0): Promise<void> {
  const name = 'claim-0-other.json';
  const record = await whileClaimed(folder, null, async ({ file }) => {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  });
  await writeFile(at(name), JSON.stringify({ ...record, ...change }));
  const time = new Date(Date.now() - ageMs);
  await utimes(at(name), time, time);
}

const dead = () => Number(execFileSync(process.execPath, ['-p', 'process.pid']));

describe('a claim on a results folder', () => {
  test('keeps others out until it is given back, and tells them in a line who writes there since when', async () => {
    const error = (await beside(null, null)) as UserError;
    expect(error).toEqual(refused);
    expect(error.message).toMatch(
      new RegExp(`^${folder}: expected that nothing else writes there, got process ${process.pid} on ${hostname()}, `),
    );
    expect(error.message).toMatch(/ which writes there since \d{4}-\d\d-\d\dT\S+Z; run the same command again once /);
    expect(await readdir(folder)).toEqual([]);
    expect(await enter()).toBe('in');
  });

  test.each([
    ['2/8', '2/8', false],
    ['2/8', '3/8', true],
    ['2/8', null, false],
    [null, '2/8', false],
    // They have networks in common.
    ['1/2', '1/3', false],
  ])('of share %s beside share %s: %s', async (first, second, both) => {
    expect(await beside(first, second)).toEqual(both ? 'in' : refused);
  });

  test('is had by one at a time, however many want it at once, and always by one', async () => {
    let [inside, most, came] = [0, 0, 0];
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      came += 1;
      await sleep(300);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 12 }, () => whileClaimed(folder, null, work).catch(() => undefined)));
    expect(most).toBe(1);
    expect(came).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual([]);
  });

  test('goes with its work, also where that throws', async () => {
    const failing = whileClaimed(folder, null, async () => {
      expect((await claims()).length).toBe(1);
      throw new Error('a fault');
    });
    await expect(failing).rejects.toThrow('a fault');
    expect(await readdir(folder)).toEqual([]);
  });

  test('goes with its process, where that exits in the middle', async () => {
    expect(await claimedBy('process.exit(7)').ended).toBe(7);
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a process that was killed is taken over without a word', async () => {
    const { child, claimed, ended } = claimedBy('await new Promise((resolve) => setTimeout(resolve, 60_000))');
    await claimed;
    expect(await enter().catch((error: unknown) => error)).toEqual(refused);
    child.kill('SIGKILL');
    await ended;
    expect((await claims()).length).toBe(1);
    expect(await enter()).toBe('in');
    expect(await readdir(folder)).toEqual([]);
  });

  test('that a process was killed while writing keeps nobody out, and goes', async () => {
    const living = unfinishedName(at('claim-1-half.json'));
    const killed = living.replace(`.${process.pid}.`, `.${dead()}.`);
    for (const file of [living, killed]) await writeFile(file, '{"machine":');
    expect(await enter()).toBe('in');
    expect(await readdir(folder)).toEqual([path.basename(living)]);
  });

  test.skipIf(!linux)('of a dead process is not taken for that of a later one with its number', async () => {
    await leave({ startTicks: '1' });
    expect(await enter()).toBe('in');
    expect(await readdir(folder)).toEqual([]);
  });

  test.skipIf(!linux)(
    'of a container that may live is kept by how lately it was written, not by a number',
    async () => {
      const elsewhere = { scope: `${ownMark().scope} of another container`, processId: dead() };
      await leave(elsewhere, 30_000);
      expect(await enter().catch((error: unknown) => error)).toEqual(refused);
      await rm(at('claim-0-other.json'));
      await leave({ ...elsewhere, processId: process.pid }, 10 * 60_000);
      expect(await enter()).toBe('in');
      expect(await readdir(folder)).toEqual([]);
    },
  );

  test('of another machine ends once it has not been written for minutes, or bears a time that is none', async () => {
    const elsewhere = { machine: 'elsewhere', scope: 'another kernel' };
    await leave(elsewhere);
    const error = (await enter().catch((thrown: unknown) => thrown)) as UserError;
    expect(error.message).toContain('on elsewhere, which writes there since ');
    for (const ageMs of [5 * 60_000, -3_600_000]) {
      await rm(at('claim-0-other.json'), { force: true });
      await leave(elsewhere, ageMs);
      expect(await enter()).toBe('in');
    }
  });

  test('of before this machine was started anew ends once another of its name would have written it again', async () => {
    machine.uptimeSeconds = 50;
    try {
      const before = { scope: 'the kernel before', startTicks: '1', processId: process.pid };
      await leave(before, 45_000);
      expect(await enter().catch((error: unknown) => error)).toEqual(refused);
      await rm(at('claim-0-other.json'));
      await leave({ ...before, machine: 'elsewhere' }, 55_000);
      expect(await enter().catch((error: unknown) => error)).toEqual(refused);
      await rm(at('claim-0-other.json'));
      await leave(before, 55_000);
      expect(await enter()).toBe('in');
      machine.uptimeSeconds = 1;
      await leave(before, 20_000);
      expect(await enter().catch((error: unknown) => error)).toEqual(refused);
    } finally {
      machine.uptimeSeconds = 1e6;
    }
  });

  test('that came with a copy of the folder ends as that of another machine does', async () => {
    const copy = path.join(root, 'copy');
    await whileClaimed(folder, null, async () => {
      await cp(folder, copy, { recursive: true });
      await expect(whileClaimed(copy, null, () => Promise.resolve())).rejects.toEqual(refused);
      const [name] = await readdir(copy);
      await utimes(path.join(copy, name!), 1e9, 1e9);
      await whileClaimed(copy, null, () => Promise.resolve());
    });
    expect(await readdir(copy)).toEqual([]);
  });

  test.skipIf(!linux)('that says nothing readable counts for as long as it is new, and is not waited for', async () => {
    execFileSync('mkfifo', [at('claim-1-pipe.json')]);
    expect(await enter().catch((error: unknown) => error)).toEqual(refused);
    await rm(at('claim-1-pipe.json'));
    await symlink('/dev/zero', at('claim-2-endless.json'));
    expect(await enter().catch((error: unknown) => error)).toEqual(refused);
    await rm(at('claim-2-endless.json'));
    await writeFile(at('claim-3-torn.json'), '{"machine":');
    await utimes(at('claim-3-torn.json'), 1e9, 1e9);
    expect(await enter()).toBe('in');
    expect(await readdir(folder)).toEqual([]);
  });

  test('is written anew every ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      await whileClaimed(folder, null, async ({ file, lost }) => {
        const before = await readFile(file, 'utf8');
        await utimes(file, 1e9, 1e9);
        vi.advanceTimersByTime(11_000);
        await vi.waitFor(() => expect(statSync(file).mtimeMs).toBeGreaterThan(1e12));
        expect(await readFile(file, 'utf8')).toBe(before);
        expect(lost.aborted).toBe(false);
        await rm(file);
        vi.advanceTimersByTime(11_000);
        await vi.waitFor(() => expect(lost.aborted).toBe(true));
        await writeFile(file, before);
      }).catch(() => undefined);
    } finally {
      vi.useRealTimers();
    }
  });
});

test.skipIf(!canUnshare())(
  'A claim holds across containers on one machine whose processes have the same numbers.',
  async () => {
    const waits = 'await new Promise((resolve) => setTimeout(resolve, 60_000))';
    const { child, claimed, ended } = claimedBy(waits, ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']);
    await claimed;
    expect(await enter().catch((error: unknown) => error)).toEqual(refused);
    // In another container of the same machine and with a number that nobody has there.
    expect(await claimedBy('', ['unshare', '--pid', '--fork', '--mount-proc']).ended).toBe(exitCodes.stoppedResumable);
    child.kill('SIGKILL');
    await ended;
  },
);

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A process that claims the folder and runs the code; it ends with the exit code of what is thrown. */
function claimedBy(code: string, before: readonly string[] = []) {
  const source = new URL('../../dist/run/claim.js', import.meta.url).href;
  const script = [
    `import { whileClaimed } from ${JSON.stringify(source)};`,
    `await whileClaimed(${JSON.stringify(folder)}, null, async () => { console.log('claimed'); ${code} })`,
    `  .catch((error) => process.exit(error.exitCode ?? 1));`,
  ].join('\n');
  const [program, ...words] = [...before, process.execPath, '--input-type=module', '-e', script];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const claimed = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  const ended = new Promise<number | null>((resolve) => child.once('close', (exitCode) => resolve(exitCode)));
  return { child, claimed, ended };
}
