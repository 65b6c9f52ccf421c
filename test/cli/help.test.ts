import { afterEach, describe, expect, test } from 'vitest';
import { commandRows } from '../../src/cli/commands/table.js';
import { buildProgram, withoutHelpWord, type Call } from '../../src/cli/program.js';
import { packageVersion } from '../../src/base/version.js';
import { optionsOf } from '../../src/config/options.js';
import { callHgmlp } from './run-hgmlp.js';

const commands = commandRows.map(({ name }) => name.split(' '));
const groups = ['frontier', 'data', 'bench'];

async function helpOf(words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await callHgmlp([...words, '--help']);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

/** Has standard output be a terminal of that many columns. */
function watchOn(columns: number | undefined): void {
  Object.defineProperties(process.stdout, {
    isTTY: { value: columns !== undefined, configurable: true },
    columns: { value: columns, configurable: true },
  });
}

const { isTTY, columns } = process.stdout;
afterEach(() => watchOn(isTTY ? columns : undefined));

describe('help', () => {
  test.each(commands.map((words) => [words.join(' '), words] as const))(
    'of %s is what -h, --help and the word help give.',
    async (_, words) => {
      const help = await helpOf(words);
      expect(help).toContain(`Usage: hgmlp ${words.join(' ')}`);
      const [group, ...rest] = words;
      const asked = [[...words, '-h'], ['help', ...words], ...(rest.length === 0 ? [] : [[group!, 'help', ...rest]])];
      for (const line of asked) expect(await callHgmlp(line)).toEqual({ code: 0, stdout: help, stderr: '' });
    },
  );

  test.each([[[]], ...groups.map((group) => [[group]])])(
    'of the program and of a group stands behind help: %j.',
    async (words) => {
      const help = await helpOf(words);
      for (const line of [
        [...words, 'help'],
        [...words, '-h'],
        ['help', ...words],
      ]) {
        expect((await callHgmlp(line)).stdout).toBe(help);
      }
    },
  );

  test('of a command that takes no words may be asked for behind it.', async () => {
    expect((await callHgmlp(['search', 'help'])).stdout).toBe(await helpOf(['search']));
  });

  test('is not what a value or a folder of that name asks for.', async () => {
    let called: Call | undefined;
    const program = () => buildProgram((call) => Promise.resolve(void (called = call)));
    for (const line of [
      ['search', '--name', 'help'],
      ['frontier', 'show', 'help'],
    ]) {
      expect(withoutHelpWord(program(), line)).toEqual(line);
    }
    await program().parseAsync(['frontier', 'show', 'help'], { from: 'user' });
    expect(called?.words).toEqual(['help']);
  });

  test.each([
    [['help', 'serach'], 'search'],
    [['serach', '--help'], 'search'],
    [['frontier', 'help', 'plto'], 'plot'],
  ])('of what is unknown is refused in one line: %j.', async (line, nearest) => {
    const { code, stdout, stderr } = await callHgmlp(line);
    expect(stderr).toMatch(new RegExp(`^hgmlp: unknown command '\\w+'. Did you mean ${nearest}\\?\n$`));
    expect([code, stdout]).toEqual([2, '']);
  });

  test('has the version behind -v and --version.', async () => {
    for (const flag of ['-v', '--version']) {
      expect(await callHgmlp([flag])).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' });
    }
  });
});

describe('the help of every command', () => {
  test.each([undefined, 56, 64, 100])('fits a terminal of %s columns, 80 where there is none.', async (width) => {
    watchOn(width);
    for (const words of [[], ...groups.map((group) => [group]), ...commands]) {
      const lines = (await helpOf(words)).split('\n');
      const longest = lines.reduce((one, next) => (next.length > one.length ? next : one));
      expect(longest.length, longest).toBeLessThanOrEqual(width ?? 80);
    }
  });

  test('has examples that a shell reads as one line each.', async () => {
    const examples = (await helpOf(['search'])).split('\n\nUsage:')[0]!.replaceAll(/ \\\n +/g, ' ');
    const { examples: given } = commandRows.find(({ name }) => name === 'search')!;
    expect(
      examples
        .split('\n')
        .slice(1)
        .map((line) => line.replace('  $ ', '')),
    ).toEqual(given);
  });

  test('has each option once, under the heading of its group.', async () => {
    for (const { name } of commandRows) {
      const help = await helpOf(name.split(' '));
      const sections = new Map(
        [...help.matchAll(/^([A-Z][^\n]*):\n((?: {2}.*\n?)+)/gm)].map(([, heading, text]) => [heading!, text!]),
      );
      for (const { flag, group } of optionsOf(name)) {
        if (flag === undefined) continue;
        const holders = [...sections].filter(([, text]) => new RegExp(`^ {2}${flag}(?: |$)`, 'm').test(text));
        expect(
          holders.map(([heading]) => heading),
          `${name} ${flag}`,
        ).toEqual([group]);
      }
    }
  });

  test('speaks of that command alone where others have the option too.', async () => {
    const flat = async (...words: string[]) => (await helpOf(words)).replaceAll(/\s+/g, ' ');
    expect(await flat('reproduce')).toContain('(default: results/reproduce-<task>)');
    expect(await flat('merge')).toContain('(default: results/<name of the study>)');
    expect(await flat('worker')).toContain('end once it has done so many runs');
    expect(await flat('data', 'fetch')).toContain('fetch the data again, and replace what is there');
    expect(await flat('retry')).toContain('list the runs that would be trained again');
    for (const words of commands.filter(([first]) => first !== 'search')) {
      expect(await flat(...words)).not.toMatch(/results\/<name>\)|list the candidates|auto:1\.\.6/);
    }
  });
});
