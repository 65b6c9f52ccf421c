import { afterEach, describe, expect, test, vi } from 'vitest';
import { openTerminal } from '../../src/cli/terminal/terminal.js';
import { callHgmlp } from './run-hgmlp.js';

const hostile = 'red \u001b[31m clear \u001b[2J title \u001b]0;x\u0007 \u009b2J back \u0008 \u202egpj';

/** What is written to both streams. */
function watched() {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  }
  return written;
}

afterEach(() => vi.restoreAllMocks());

describe('the terminal', () => {
  test('spells out what would steer it, in results and in messages', () => {
    const written = watched();
    const terminal = openTerminal({ quiet: false, color: false });
    terminal.print(hostile);
    terminal.say(`two\nlines of ${hostile}`);
    const shown = 'red \\u001b[31m clear \\u001b[2J title \\u001b]0;x\\u0007 \\u009b2J back \\u0008 \\u202egpj\n';
    expect(written).toEqual({ stdout: shown, stderr: `two\nlines of ${shown}` });
  });

  test('prints JSON that reads back to the same', () => {
    const written = watched();
    openTerminal({ quiet: false, color: false }).print(JSON.stringify({ name: `${hostile}\n\t` }, null, 2));
    expect(JSON.parse(written.stdout)).toEqual({ name: `${hostile}\n\t` });
    expect(written.stdout).not.toMatch(/\u009b|\u202e/);
  });
});

test('an error of one line stays one, and steers nothing', async () => {
  const { code, stderr } = await callHgmlp(['frontier', 'show', 'no\n\u001b[2Jfolder']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^hgmlp: no\\u000a\\u001b\[2Jfolder: expected a results folder.*\n$/);
  expect((await callHgmlp(['--\u001b[2J'])).stderr).toMatch(/^hgmlp: unknown option '--\\u001b\[2J'.*\n$/);
});
