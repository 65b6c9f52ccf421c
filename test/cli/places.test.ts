/** Where `import`, `merge` and `search` may write: links, folders that are as good as empty, and parts that a kill left. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { logOf, merge, writeShards } from './merges.js';
import '../report/undrawn.js';
import { callHgmlp } from './run-hgmlp.js';

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
const call = (...args: string[]) => callHgmlp(args, { cwd: root });
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-places-'));
  writeRuns(24);
});
afterEach(() => rmSync(root, { recursive: true }));

function writeRuns(psnrDb: number): void {
  writeFileSync(
    at('runs.csv'),
    `task,skip_width,bottleneck_width,depth,validation_psnr_db\nmnist/denoising,785,115,4,${psnrDb}\n`,
  );
}

const imports = (...more: string[]) => call('import', 'runs.csv', '--out', 'out', ...more);
const bystanders = ['.DS_Store', '.gitkeep', '._x', 'slurm-7.out'];

/** Both have a part that writes a new folder, whole. */
const writers: Record<string, () => Promise<{ readonly code: number | null }>> = {
  import: () => imports(),
  async merge() {
    if (!existsSync(at('shard-1'))) await writeShards(root, 1);
    return merge([at('shard-1')], { out: at('out') });
  },
};

describe.each(Object.keys(writers))('hgmlp %s', (name) => {
  const write = writers[name]!;

  test.skipIf(process.platform === 'win32')('writes where a link leads, and the link stays', async () => {
    mkdirSync(at('disk', 'study'), { recursive: true });
    symlinkSync(path.join('disk', 'study'), at('out'));
    expect((await write()).code).toBe(0);
    expect(lstatSync(at('out')).isSymbolicLink()).toBe(true);
    expect(readdirSync(at('disk'))).toEqual(['study']);
    expect(readdirSync(at('disk', 'study'))).toContain('config.yaml');
  });

  test.skipIf(process.platform === 'win32')('makes the folder of a link that leads nowhere yet', async () => {
    symlinkSync(path.join('disk', 'study'), at('out'));
    expect((await write()).code).toBe(0);
    expect(lstatSync(at('out')).isSymbolicLink()).toBe(true);
    expect(readdirSync(at('disk'))).toEqual(['study']);
    expect(readdirSync(at('disk', 'study'))).toContain('config.yaml');
  });

  test('takes a folder for empty that holds what every folder may, and leaves that there', async () => {
    mkdirSync(at('out', 'lost+found'), { recursive: true });
    for (const each of bystanders) writeFileSync(at('out', each), 'left');
    const { ino } = statSync(at('out'));
    expect((await write()).code).toBe(0);
    const names = readdirSync(at('out'));
    expect(names).toEqual(expect.arrayContaining([...bystanders, 'lost+found', 'config.yaml', 'runs.csv']));
    expect(names.filter((each) => /claim|unfinished|tmp/.test(each))).toEqual([]);
    expect(statSync(at('out')).ino).toBe(ino);
  });
});

describe('hgmlp import --fresh --yes', () => {
  test('replaces results, and leaves what is none of them', async () => {
    await imports();
    for (const each of bystanders) writeFileSync(at('out', each), 'left');
    const before = readdirSync(at('out')).toSorted();
    writeRuns(25);
    expect((await imports('--fresh', '--yes')).code).toBe(0);
    expect(readdirSync(at('out')).toSorted()).toEqual(before);
    const [run] = Object.values(await logOf(at('out')));
    expect(run?.state === 'finished' && run.validation.psnrDb).toBe(25);
  });

  test.skipIf(process.platform === 'win32')('writes through no link in the results that it replaces', async () => {
    await imports();
    mkdirSync(at('elsewhere'));
    renameSync(at('out', 'log', 'writer-0001.jsonl'), at('elsewhere', 'writer-0001.jsonl'));
    rmSync(at('out', 'log'), { recursive: true });
    symlinkSync('../elsewhere', at('out', 'log'));
    const log = readFileSync(at('elsewhere', 'writer-0001.jsonl'), 'utf8');
    writeRuns(25);
    expect((await imports('--fresh', '--yes')).code).toBe(0);
    expect(lstatSync(at('out', 'log')).isDirectory()).toBe(true);
    expect(readdirSync(at('elsewhere'))).toEqual(['writer-0001.jsonl']);
    expect(readFileSync(at('elsewhere', 'writer-0001.jsonl'), 'utf8')).toBe(log);
  });
});

test('An import that was killed before it had put its configuration in place goes on with the same command.', async () => {
  await imports();
  rmSync(at('out', 'config.yaml'));
  rmSync(at('out', 'frontier.csv'));
  expect((await imports()).code).toBe(0);
  expect(readdirSync(at('out'))).toEqual(expect.arrayContaining(['config.yaml', 'frontier.csv']));
  rmSync(at('out', 'config.yaml'));
  writeRuns(25);
  const other = await imports();
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('replace them with --fresh')]);
});

test.skipIf(process.platform === 'win32')('A merge adds nothing through a link that stands for the log.', async () => {
  const [first, second] = await writeShards(root, 2);
  expect((await merge([first!], { out: at('out') })).code).toBe(3);
  renameSync(at('out', 'log'), at('elsewhere'));
  symlinkSync('../elsewhere', at('out', 'log'));
  const before = readdirSync(at('elsewhere'));
  await expect(merge([second!], { out: at('out') })).rejects.toThrow('log: expected a folder, got a link');
  expect(readdirSync(at('elsewhere'))).toEqual(before);
});

test('Only what is told to be written stands where it is told.', async () => {
  const gone = await call('import', 'runs.csv', '--out', path.join('runs.csv', 'out'));
  expect([gone.code, gone.stdout, gone.stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
});
