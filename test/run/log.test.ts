import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { encodeLine, headerRecord, parseLog } from '../../src/run/log-format.js';
import { openRunLog, readRunLog, type LogFiles } from '../../src/run/log.js';
import type { UnfinishedRun, FinishedRun } from '../../src/run/run.js';
import { dyingDisk, fakeDisk } from './fake-disk.js';
import { failedRun, finishedRun } from './runs.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

const writerFile = (name = 'writer-0001.jsonl') => path.join(folder, 'log', name);

async function appendAll(...runs: ReturnType<typeof finishedRun>[]): Promise<void> {
  const log = await openRunLog(folder);
  for (const run of runs) await log.append(run);
  await log.close();
}

describe('the run log', () => {
  test('gives back the runs that were appended, to any later reader', async () => {
    await appendAll(finishedRun(0), finishedRun(1));
    const { runs, problems } = await readRunLog(folder);
    expect([...runs.values()]).toEqual([finishedRun(0), finishedRun(1)]);
    expect(problems).toEqual([]);
  });

  test('leaves no file where nothing is appended', async () => {
    const log = await openRunLog(folder);
    await log.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test('gives every writer a file of its own, also when two write at once', async () => {
    const [first, second] = [await openRunLog(folder), await openRunLog(folder)];
    await Promise.all([first.append(finishedRun(0)), second.append(finishedRun(1)), first.append(finishedRun(2))]);
    await Promise.all([first.close(), second.close()]);
    expect((await readdir(path.join(folder, 'log'))).sort()).toEqual(['writer-0001.jsonl', 'writer-0002.jsonl']);
    expect((await readRunLog(folder)).runs.size).toBe(3);
  });

  test('prefers a finished run to a failed one of the same key, in either order', async () => {
    const log = await openRunLog(folder);
    for (const run of [failedRun(0), finishedRun(0), finishedRun(1), failedRun(1)]) await log.append(run);
    await log.close();
    expect([...(await readRunLog(folder)).runs.values()].map(({ state }) => state)).toEqual(['finished', 'finished']);
  });

  test('survives a torn tail at every byte of the last record, reports it, and writes on beside it', async () => {
    await appendAll(finishedRun(0), finishedRun(1));
    const whole = await readFile(writerFile());
    const lastLine = Buffer.byteLength(encodeLine({ type: 'run', run: finishedRun(1) }));
    for (let cut = 1; cut <= lastLine; cut += 1) {
      await writeFile(writerFile(), whole.subarray(0, whole.length - cut));
      const { runs, problems } = await readRunLog(folder);
      // Without its line end alone the record is whole.
      expect([...runs.values()]).toEqual(cut === 1 ? [finishedRun(0), finishedRun(1)] : [finishedRun(0)]);
      expect(problems.length).toBe(cut === 1 || cut === lastLine ? 0 : 1);
    }
    await writeFile(writerFile(), whole.subarray(0, whole.length - 10));
    await appendAll(finishedRun(1));
    expect((await readRunLog(folder)).runs.size).toBe(2);
  });

  test('leaves out exactly the record of which a byte was changed', async () => {
    await appendAll(finishedRun(0), finishedRun(1), finishedRun(2));
    const whole = await readFile(writerFile());
    const start = whole.indexOf('\n', whole.indexOf('\n') + 1) + 1;
    const end = whole.indexOf('\n', start);
    for (let position = start; position < end; position += 1) {
      const altered = Buffer.from(whole);
      altered[position]! ^= 1;
      await writeFile(writerFile(), altered);
      const { runs, problems } = await readRunLog(folder);
      expect([...runs.values()]).toEqual([finishedRun(0), finishedRun(2)]);
      expect(problems.length).toBeGreaterThan(0);
    }
  });

  test('survives a flipped bit at every byte of a file: no other record is lost', async () => {
    await appendAll(finishedRun(0), finishedRun(1), finishedRun(2));
    const whole = await readFile(writerFile());
    const ends = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([position]) => position);
    for (const [position] of whole.entries()) {
      const altered = Buffer.from(whole);
      altered[position]! ^= 1 << (position % 8);
      const { runs, problems } = parseLog(altered);
      const line = ends.findIndex((end) => position <= end);
      const others = [0, 1, 2].filter((replicate) => replicate !== line - 1);
      expect(runs.map(({ spec }) => spec.recipe.replicate)).toEqual(others);
      expect(problems.length).toBeGreaterThan(0);
    }
  });

  test('refuses to write a run that could not be read again', async () => {
    const log = await openRunLog(folder);
    const run = finishedRun(0);
    const lost = { ...run, curve: [{ ...run.curve[0]!, trainLoss: NaN }] };
    await expect(log.append(lost)).rejects.toThrow(`run ${run.key}: a value is missing or is not finite`);
    await log.append(finishedRun(1));
    await log.close();
    expect((await readRunLog(folder)).runs.size).toBe(1);
  });

  test('says what is wrong with a file that cannot be read', async () => {
    await mkdir(writerFile(), { recursive: true });
    await expect(readRunLog(folder)).rejects.toThrow(/cannot read .*writer-0001.jsonl: expected a file, got a folder/);
  });

  test('leaves out records with a right checksum that are no runs', async () => {
    await appendAll(finishedRun(0));
    const namesAFile = { ...finishedRun(1), key: '../../elsewhere' };
    const strange = [{ type: 'run', run: namesAFile }, { type: 'run' }, { type: 'parrot' }, null, 7];
    const lines = strange.map((record) => encodeLine(record as never)).join('');
    await writeFile(writerFile('writer-0002.jsonl'), lines);
    const { runs, problems } = await readRunLog(folder);
    expect(runs.size).toBe(1);
    expect(problems.length).toBe(strange.length);
  });

  test.each(['skipWidth', 'bottleneckWidth', 'depth'])('leaves out a run whose %s is zero', async (size) => {
    await appendAll(finishedRun(0));
    const sound = finishedRun(1);
    const run = { ...sound, spec: { ...sound.spec, arch: { ...sound.spec.arch, [size]: 0 } } };
    await writeFile(writerFile('writer-0002.jsonl'), encodeLine({ type: 'run', run }));
    expect((await readRunLog(folder)).runs.size).toBe(1);
  });

  test('leaves out a run with a PSNR that no error has, whose mean over replicates would be infinite', async () => {
    await appendAll(finishedRun(0));
    const sound = finishedRun(1);
    const run = { ...sound, validation: { ...sound.validation, psnrDb: 1e308 } };
    await writeFile(writerFile('writer-0002.jsonl'), encodeLine({ type: 'run', run }));
    expect((await readRunLog(folder)).runs.size).toBe(1);
  });

  test('refuses the log of a newer version in one line', async () => {
    await appendAll(finishedRun(0));
    await writeFile(writerFile('writer-0002.jsonl'), encodeLine(headerRecord(99)));
    await expect(readRunLog(folder)).rejects.toThrow(/expected a run log of version 4 or older, got 99; update hgmlp/);
  });
});

describe('the run log on a failing disk', () => {
  test('completes writes that the system cuts short', async () => {
    const disk = fakeDisk({ longestWrite: 7 });
    const log = await openRunLog(folder, disk);
    await log.append(finishedRun(0));
    expect(disk.text()).toBe(encodeLine(headerRecord(1)) + encodeLine({ type: 'run', run: finishedRun(0) }));
  });

  test('counts a run only after what was written is synced', async () => {
    const disk = fakeDisk({});
    const log = await openRunLog(folder, disk);
    await log.append(finishedRun(0));
    expect(disk.syncedText()).toBe(disk.text());
  });

  test.each(['ENOSPC', 'EIO'])('takes back half a line on %s, says so in one line, and can go on', async (code) => {
    const disk = fakeDisk({ longestWrite: 50 });
    const log = await openRunLog(folder, disk);
    await log.append(finishedRun(0));
    const sound = disk.text();
    disk.failAfterWrites(2, code);
    const refused = log.append(finishedRun(1));
    await expect(refused).rejects.toBeInstanceOf(UserError);
    await expect(refused).rejects.toThrow(
      /^cannot write to the run log in [^\n]*: the disk [^\n]*nothing finished is lost$/,
    );
    expect(disk.text()).toBe(sound);
    disk.failAfterWrites(Infinity, code);
    await log.append(finishedRun(2));
    expect(disk.text()).toBe(sound + encodeLine({ type: 'run', run: finishedRun(2) }));
  });
});

describe('many runs at once', () => {
  const imported = (replicate: number) => {
    const unknown = { meanSquaredError: null, psnrDb: 24, psnrOfMeanDb: null };
    const origin = { source: 'runs.csv', onlySet: 'test' } as const;
    const run = { ...finishedRun(replicate), curve: [], timing: null, imported: origin };
    return { ...run, validation: unknown, test: { ...unknown, ssim: null } };
  };

  test('are written before one sync, and come back as they were', async () => {
    const disk = fakeDisk({});
    const log = await openRunLog(folder, disk);
    await log.append(finishedRun(0));
    const syncs = disk.syncs();
    await log.appendAll(Array.from({ length: 5000 }, (_, index) => finishedRun(1 + index)));
    expect(disk.syncs()).toBe(syncs + 1);
    expect(disk.syncedText()).toBe(disk.text());
    const { runs, problems } = parseLog(Buffer.from(disk.text()));
    expect(runs.map(({ spec }) => spec.recipe.replicate)).toEqual(Array.from({ length: 5001 }, (_, index) => index));
    expect(problems).toEqual([]);
  });

  test('stay out altogether where the disk refuses one of them', async () => {
    const disk = fakeDisk({ longestWrite: 2000 });
    const log = await openRunLog(folder, disk);
    await log.append(finishedRun(0));
    const sound = disk.text();
    disk.failAfterWrites(3, 'ENOSPC');
    await expect(log.appendAll(Array.from({ length: 20 }, (_, index) => finishedRun(1 + index)))).rejects.toThrow(
      /the disk is full/,
    );
    expect(disk.text()).toBe(sound);
  });

  test('that were imported may leave numbers open, in a log that says version 2; trained ones may not', async () => {
    const disk = fakeDisk({});
    const log = await openRunLog(folder, disk);
    await log.append(finishedRun(0));
    await log.appendAll([imported(1), imported(2)]);
    const lines = [finishedRun(0), imported(1), imported(2)].map((run) => encodeLine({ type: 'run', run }));
    const [first, ...others] = lines;
    const header = (version: number) => encodeLine(headerRecord(version));
    expect(disk.text()).toBe([header(1), first, header(2), ...others].join(''));
    expect(parseLog(Buffer.from(disk.text())).runs).toEqual([finishedRun(0), imported(1), imported(2)]);
    const { imported: origin, ...trained } = imported(3);
    expect(origin.onlySet).toBe('test');
    await expect(log.append(trained)).rejects.toThrow(/a value is missing or is not finite/);
  });
});

test('A run that was stopped stands in a log that says version 3, which older releases refuse in words.', async () => {
  const disk = fakeDisk({});
  const log = await openRunLog(folder, disk);
  const stopped: UnfinishedRun = {
    ...failedRun(1),
    state: 'stopped',
    reason: 'after epoch 1 of 9',
    curve: finishedRun(1).curve,
  };
  await log.append(finishedRun(0));
  await log.append(stopped);
  const lines = [headerRecord(1), { type: 'run' as const, run: finishedRun(0) }, headerRecord(3)].map(encodeLine);
  expect(disk.text()).toBe([...lines, encodeLine({ type: 'run', run: stopped })].join(''));
  expect(parseLog(Buffer.from(disk.text())).runs).toEqual([finishedRun(0), stopped]);
});

describe('the run log of a process that is killed', () => {
  test.each(['all that was written survives', 'only what was synced survives', 'half of the rest survives'])(
    'before any of its calls holds every appended run and at most one more, where %s',
    async (survival) => {
      for (let calls = 0, ended = false; !ended; calls += 1) {
        const disk = dyingDisk(calls);
        const appended = await appendUntilDeath(disk);
        ended = appended.length === 3;
        const survived = disk.survivors[survival]!();
        const { runs, problems } = parseLog(survived);
        expect(runs.slice(0, appended.length)).toEqual(appended);
        expect(runs.length).toBeLessThanOrEqual(appended.length + 1);
        expect(problems.length).toBeLessThanOrEqual(1);
      }
    },
  );
});

async function appendUntilDeath(disk: LogFiles): Promise<FinishedRun[]> {
  const appended: FinishedRun[] = [];
  const log = await openRunLog(folder, disk);
  try {
    for (const run of [finishedRun(0), finishedRun(1), finishedRun(2)]) {
      await log.append(run);
      appended.push(run);
    }
  } catch {
    // Dead: whatever the log would still do is not done either.
  }
  return appended;
}
