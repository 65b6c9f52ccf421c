import { spawnSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitCodes, UserError } from '../../src/base/errors.js';
import {
  ensureFolderWithin,
  ensureWritableFolder,
  fileError,
  refuseLink,
  writeFileAtomically,
} from '../../src/base/files.js';
import { compileSource } from '../compiled.js';

const windows = process.platform === 'win32';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writing a file', () => {
  test('puts the new content in place of the old, text or bytes, and leaves nothing beside it', async () => {
    const file = path.join(folder, 'a.txt');
    await writeFileAtomically(file, 'first');
    await writeFileAtomically(file, 'ü');
    expect(await readFile(file, 'utf8')).toBe('ü');
    await writeFileAtomically(file, new Uint8Array([1, 2, 3, 4]).subarray(1, 3));
    expect([...(await readFile(file))]).toEqual([2, 3]);
    expect(await readdir(folder)).toEqual(['a.txt']);
  });

  // The limit on file sizes stands in for a full disk: the system takes the first part and refuses the rest.
  test.skipIf(windows)('leaves the old content whole where the system takes only a part of the new', async () => {
    const results = path.join(folder, 'results');
    await mkdir(results);
    await writeFile(path.join(results, 'a.txt'), 'old');
    await compileSource(folder, 'base/files');
    await writeFile(
      path.join(folder, 'write.js'),
      `import { writeFileAtomically } from './base/files.js';
       process.on('SIGXFSZ', () => undefined);
       await writeFileAtomically('results/a.txt', 'x'.repeat(100_000)).catch((error) => console.log(error.message));`,
    );
    const command = `ulimit -f 8; exec "${process.execPath}" write.js`;
    const { stdout } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toMatch(/^cannot write results\/a\.txt: the file would pass the size limit; [^\n]*\n$/);
    expect(await readFile(path.join(results, 'a.txt'), 'utf8')).toBe('old');
    expect(await readdir(results)).toEqual(['a.txt']);
  });

  test.skipIf(windows)('writes through a link to the file behind it', async () => {
    await writeFile(path.join(folder, 'real.txt'), 'old');
    await symlink('real.txt', path.join(folder, 'link.txt'));
    await writeFileAtomically(path.join(folder, 'link.txt'), 'new');
    expect(await readFile(path.join(folder, 'real.txt'), 'utf8')).toBe('new');
  });

  test.skipIf(windows)('makes the file that a link names which leads nowhere yet', async () => {
    await symlink('later.txt', path.join(folder, 'link.txt'));
    await writeFileAtomically(path.join(folder, 'link.txt'), 'new');
    expect(await readFile(path.join(folder, 'later.txt'), 'utf8')).toBe('new');
    expect((await readdir(folder)).toSorted()).toEqual(['later.txt', 'link.txt']);
  });

  test.skipIf(windows)('refuses to put a file in the place of a device, a pipe or a folder', async () => {
    spawnSync('mkfifo', [path.join(folder, 'pipe')]);
    await symlink('/dev/null', path.join(folder, 'device'));
    await mkdir(path.join(folder, 'folder'));
    for (const [name, got] of [
      ['pipe', 'a pipe or a device'],
      ['device', 'a pipe or a device'],
      ['folder', 'a folder'],
    ] as const) {
      const written = writeFileAtomically(path.join(folder, name), 'x');
      await expect(written).rejects.toThrow(new RegExp(`${name}: expected a file, got ${got}; move it away$`));
    }
    expect((await readdir(folder)).toSorted()).toEqual(['device', 'folder', 'pipe']);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  test('says that the folder is missing', async () => {
    const written = writeFileAtomically(path.join(folder, 'none', 'a.txt'), 'x');
    await expect(written).rejects.toThrow(/none.a\.txt: no such file or folder; check the path$/);
  });
});

describe('a folder for results', () => {
  test('is made with the folders on the way to it, and may be there already', async () => {
    const wanted = path.join(folder, 'a', 'b');
    await ensureWritableFolder(wanted);
    await ensureWritableFolder(wanted);
    expect(await readdir(wanted)).toEqual([]);
  });

  test.skipIf(windows)('is refused, and not tried for ever, where the working folder is gone', () => {
    // In a process of its own, which has no more than these seconds.
    const script = [
      "import { mkdtempSync, rmSync } from 'node:fs';",
      `import { ensureWritableFolder } from ${JSON.stringify(new URL('../../dist/base/files.js', import.meta.url).href)};`,
      `const gone = mkdtempSync(${JSON.stringify(path.join(folder, 'gone-'))});`,
      'process.chdir(gone);',
      'process.cwd();',
      'rmSync(gone, { recursive: true });',
      "await ensureWritableFolder('whole/log').catch((error) => console.log(error.message));",
    ].join('\n');
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    expect(stdout).toBe('cannot write to whole/log: no such file or folder; check the path\n');
  });

  test.skipIf(windows)('is made where a link leads that leads nowhere yet, also on the way to it', async () => {
    await symlink('behind', path.join(folder, 'link'));
    await symlink(path.join('elsewhere', 'deep'), path.join(folder, 'second'));
    await ensureWritableFolder(path.join(folder, 'link'));
    await ensureWritableFolder(path.join(folder, 'second', 'a'));
    expect((await readdir(folder)).toSorted()).toEqual(['behind', 'elsewhere', 'link', 'second']);
    expect(await readdir(path.join(folder, 'elsewhere', 'deep'))).toEqual(['a']);
    expect((await lstat(path.join(folder, 'link'))).isSymbolicLink()).toBe(true);
  });

  test.skipIf(windows)('is refused where links lead in a circle', async () => {
    await symlink('b', path.join(folder, 'a'));
    await symlink('a', path.join(folder, 'b'));
    for (const name of ['a', path.join('a', 'x')]) {
      const refusal = ensureWritableFolder(path.join(folder, name));
      await expect(refusal).rejects.toThrow(/^cannot write to .*: links lead in a circle; take one of them away$/);
    }
  });

  test.skipIf(process.platform !== 'linux')(
    'is refused, and not tried for ever, where a file system takes none',
    () => {
      const script = [
        `import { ensureWritableFolder } from ${JSON.stringify(new URL('../../dist/base/files.js', import.meta.url).href)};`,
        "for (const folder of ['/proc/x', '/proc/x/y', '/dev/fd/x']) {",
        '  await ensureWritableFolder(folder).catch((error) => console.log(error.exitCode, error.message));',
        '}',
      ].join('\n');
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
        timeout: 60_000,
        killSignal: 'SIGKILL',
      });
      const why = 'the file system there takes no such file or folder; choose a folder on another one';
      expect(stdout.trimEnd().split('\n')).toEqual(
        ['/proc/x', '/proc/x/y', '/dev/fd/x'].map((name) => `2 cannot write to ${name}: ${why}`),
      );
    },
  );

  test('inside another one is made, but not the one around it', async () => {
    await ensureFolderWithin(path.join(folder, 'samples'));
    await ensureFolderWithin(path.join(folder, 'samples'));
    expect(await readdir(folder)).toEqual(['samples']);
    await expect(ensureFolderWithin(path.join(folder, 'gone', 'samples'))).rejects.toBeInstanceOf(UserError);
    expect(await readdir(folder)).toEqual(['samples']);
  });

  test.skipIf(windows)('is not to be a link where it stands in a results folder', async () => {
    await mkdir(path.join(folder, 'elsewhere'));
    await symlink('elsewhere', path.join(folder, 'log'));
    await refuseLink(path.join(folder, 'elsewhere'));
    await refuseLink(path.join(folder, 'missing'));
    await expect(refuseLink(path.join(folder, 'log'))).rejects.toThrow(
      /log: expected a folder, got a link, which may lead anywhere; put the folder in its place$/,
    );
  });

  test('is refused where a file has its name or stands on the way to it', async () => {
    const file = path.join(folder, 'a.txt');
    await writeFile(file, '');
    await expect(ensureWritableFolder(file)).rejects.toThrow(/a\.txt: expected a folder, got a file/);
    await expect(ensureWritableFolder(path.join(file, 'b'))).rejects.toBeInstanceOf(UserError);
  });
});

describe('a refusal of the operating system', () => {
  test.each([
    ['ENOSPC', exitCodes.stoppedResumable],
    ['EIO', exitCodes.stoppedResumable],
    ['EROFS', exitCodes.usage],
    ['EACCES', exitCodes.usage],
  ])('of code %s is told in one line with what to do, and keeps its cause', (code, exitCode) => {
    const cause = Object.assign(new Error(code), { code });
    const error = fileError(cause, 'write', 'results/runs.csv');
    expect(error).toMatchObject({ name: 'UserError', exitCode, cause });
    expect((error as UserError).message).toMatch(/^cannot write results.runs\.csv: [^;\n]+; [^\n]+$/);
  });

  test('of a kind that no list has is told in one line too, but for what is a fault of ours or of a connection', () => {
    const refused = { code: 'EUCLEAN', syscall: 'open', path: 'a' };
    expect(fileError(Object.assign(new Error(), refused), 'write', 'a')).toEqual(
      new UserError('cannot write a: the system refuses it (EUCLEAN); choose another place'),
    );
    const unsynced = Object.assign(new Error(), { code: 'EINVAL', syscall: 'fsync' });
    expect(fileError(unsynced, 'write', 'a')).toBeInstanceOf(UserError);
    for (const fault of [
      { code: 'EBADF', syscall: 'write' },
      { code: 'ECONNRESET', syscall: 'read' },
      { code: 'ECONNREFUSED', syscall: 'connect' },
      { code: 'EAGAIN', syscall: 'spawn node', path: 'node' },
    ]) {
      const error = Object.assign(new Error(), fault);
      expect(fileError(error, 'write', 'a')).toBe(error);
    }
  });

  test('says what is wrong with a name that no file can have', async () => {
    const refusal = await readFile('a\0b').catch((error: unknown) => fileError(error, 'read', 'a\0b'));
    expect(refusal).toEqual(new UserError('cannot read a\\u0000b: the name has a zero byte; take it out'));
  });

  test('that is none, or is not known, stays as it is', () => {
    const errors = [new Error('a fault'), Object.assign(new Error(), { code: 'constructor' }), 'text'];
    for (const error of errors) expect(fileError(error, 'write', 'a')).toBe(error);
  });
});
