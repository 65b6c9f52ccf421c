/** Reading what anybody may have put in the place of a file: it ends at once, whatever that is. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRegularFile, readRegularText } from '../../src/base/regular-files.js';

let folder: string;
const at = (name: string) => path.join(folder, name);
const limit = { mostBytes: 1000 };

beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-regular-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe.skipIf(process.platform === 'win32')('reading a file', () => {
  test('gives its bytes, through a link too', async () => {
    writeFileSync(at('file'), 'some text');
    symlinkSync(at('file'), at('link'));
    expect(await readRegularText(at('link'), limit)).toBe('some text');
    expect(await readRegularText(at('file'), { mostBytes: 9 })).toBe('some text');
  });

  test.each<[string, () => string, RegExp]>([
    ['a folder', () => (mkdirSync(at('x')), at('x')), /^cannot read .*x: expected a file, got a folder$/],
    [
      'a pipe',
      () => (execFileSync('mkfifo', [at('x')]), at('x')),
      /expected a file, got a pipe; write what comes through/,
    ],
    ['a device', () => '/dev/zero', /^cannot read \/dev\/zero: expected a file, got a device; check the path$/],
    ['a link to one', () => (symlinkSync('/dev/zero', at('x')), at('x')), /expected a file, got a device/],
    [
      'a file too large',
      () => (writeFileSync(at('x'), 'x'.repeat(1001)), at('x')),
      /x: expected a file of at most 1000 bytes/,
    ],
    // It takes no room on the disk, and would take all of the memory.
    [
      'a file of 1 TB',
      () => (writeFileSync(at('x'), ''), truncateSync(at('x'), 2 ** 40), at('x')),
      /at most 1000 bytes/,
    ],
  ])('refuses %s in one line', async (_, make, expected) => {
    await expect(readRegularFile(make(), limit)).rejects.toThrow(expected);
  });

  test('leaves to its caller what the system says of one that is not there', async () => {
    await expect(readRegularFile(at('none'), limit)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('takes what a shell hands on in place of a file, to the same bound', () => {
    const module = new URL('../../dist/base/regular-files.js', import.meta.url).href;
    const program = `const { readRegularText } = await import('${module}');
      console.log(await readRegularText(process.argv[1], { mostBytes: 1000 }).catch((error) => error.message));`;
    const read = (command: string) =>
      execFileSync('bash', [
        '-c',
        `"$0" --input-type=module -e "$1" <(${command})`,
        process.execPath,
        program,
      ]).toString();
    expect(read('echo some text')).toBe('some text\n\n');
    expect(read('yes')).toMatch(/^\/dev\/fd\/\d+: expected a file of at most 1000 bytes, got a larger one/);
  });
});
