import { userInfo } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { homeFolder, withHome } from '../../src/base/home.js';

const before = process.env['HOME'];
afterEach(() => {
  if (before === undefined) delete process.env['HOME'];
  else process.env['HOME'] = before;
});

describe.skipIf(process.platform === 'win32')('the home folder', () => {
  test('is what HOME says', () => {
    process.env['HOME'] = '/home/somebody';
    expect(homeFolder()).toBe('/home/somebody');
  });

  test.each([[''], ['somewhere'], ['./x']])(
    "is that of the system's list where HOME is '%s', no absolute path",
    (home) => {
      process.env['HOME'] = home;
      expect(homeFolder()).toBe(userInfo().homedir);
    },
  );

  test.each([
    ['~', '/home/somebody'],
    ['~/', '/home/somebody/'],
    ['~/pictures/a', '/home/somebody/pictures/a'],
    // A name like any other: of another user it may be, of a file it is.
    ['~root/x', '~root/x'],
    ['~$table.csv', '~$table.csv'],
    ['./~', './~'],
    ['./~/x', './~/x'],
    ['a/~/x', 'a/~/x'],
    ['/x', '/x'],
    ['', ''],
  ])("stands for ~ where that is the first part of a path: '%s'", (written, meant) => {
    process.env['HOME'] = '/home/somebody';
    expect(withHome(written)).toBe(meant);
  });
});
