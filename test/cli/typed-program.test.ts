import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resumeWords } from '../../src/cli/terminal/resume-words.js';
import { shellLine } from '../../src/base/shell-line.js';
import { asTyped, typedProgram } from '../../src/cli/terminal/typed-program.js';

const program = fileURLToPath(new URL('../../bin/hgmlp.js', import.meta.url));
const checkout = path.dirname(path.dirname(program));
let folder: string;
/** As npm links it: into a package that has it, and into the cache of npx. */
let linked: string;
/** As `npm install --global` and `npm link` do. */
let onPath: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hgmlp-typed-')));
  linked = path.join(folder, 'node_modules', '.bin', 'hgmlp');
  onPath = path.join(folder, 'bin', 'hgmlp');
  for (const link of [linked, onPath]) {
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(program, link);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const byNpx = { npm_command: 'exec', npm_lifecycle_event: 'npx' };

describe('what starts the program again', () => {
  test.each<[string, () => Parameters<typeof typedProgram>[0], string]>([
    [
      'npx hgmlp for who came by npx',
      () => ({ script: linked, environment: { ...byNpx, PATH: path.dirname(linked) }, workingFolder: folder }),
      'npx hgmlp',
    ],
    [
      'npx hgmlp in a script of a package',
      () => ({
        script: linked,
        environment: { npm_command: 'run-script', PATH: path.dirname(linked) },
        workingFolder: folder,
      }),
      'npx hgmlp',
    ],
    [
      'hgmlp where that is on the PATH',
      () => ({ script: onPath, environment: { PATH: path.dirname(onPath) }, workingFolder: folder }),
      'hgmlp',
    ],
    [
      'hgmlp where that is the same program, however it was started',
      () => ({ script: program, environment: { PATH: `/nowhere:${path.dirname(onPath)}` }, workingFolder: folder }),
      'hgmlp',
    ],
    [
      'node bin/hgmlp.js in a checkout',
      () => ({ script: program, environment: { PATH: '/usr/bin' }, workingFolder: checkout }),
      'node bin/hgmlp.js',
    ],
    [
      'node bin/hgmlp.js in a checkout, below npx vitest',
      () => ({ script: program, environment: { ...byNpx, PATH: '' }, workingFolder: checkout }),
      'node bin/hgmlp.js',
    ],
    [
      'the link itself where nobody finds it',
      () => ({ script: linked, environment: { PATH: '' }, workingFolder: folder }),
      'node node_modules/.bin/hgmlp',
    ],
    ['hgmlp in another program', () => ({ script: '/opt/other.js', environment: {}, workingFolder: folder }), 'hgmlp'],
  ])('is %s.', (_, start, expected) => {
    expect(typedProgram(start())).toBe(expected);
  });
});

test('every command in a text is written as it can be typed, and nothing else is.', () => {
  const text =
    "run: hgmlp data fetch cifar10; 'hgmlp search' makes one; hgmlp doctor says more && hgmlp retry --failed x";
  expect(asTyped(text, 'npx hgmlp')).toBe(text.replaceAll('hgmlp', 'npx hgmlp'));
  for (const same of [
    'hgmlp: no such file',
    '/home/hgmlp search',
    'hgmlp 0.1.0, Node 20',
    'the cache of hgmlp',
    'my-hgmlp search',
  ]) {
    expect(asTyped(same, 'npx hgmlp')).toBe(same);
  }
});

test('who came by npx is told commands that begin with it, in errors and in help; a document for programs is not touched.', () => {
  const run = (...words: string[]) => {
    const env = { ...process.env, ...byNpx, PATH: `${path.dirname(linked)}:${process.env['PATH']}` };
    return spawnSync(process.execPath, [linked, ...words], { cwd: folder, env, encoding: 'utf8' });
  };
  expect(run('frontier', 'show').stderr).toContain("make one with 'npx hgmlp search'");
  expect(run('search', '--help').stdout).toContain('  $ npx hgmlp search --budget 1M\n');
});

describe('the command that goes on', () => {
  const resumed = (...words: string[]) => shellLine(resumeWords({ commandLine: words }, 'results/my study'));

  test('names the folder, and not --fresh.', () => {
    expect(resumed('search', '--fresh', '--budget', '1M')).toBe("search --budget 1M --out 'results/my study'");
    expect(resumed('search', '--out=x')).toBe('search --out=x');
  });

  test('has its folder before a -- that ends the options.', () => {
    expect(resumed('search', '--')).toBe("search --out 'results/my study'");
  });

  test('reads what a shell had opened for one command from the folder.', () => {
    const config = "'results/my study/config.yaml'";
    expect(resumed('search', '--config', '/dev/fd/63')).toBe(`search --config ${config} --out 'results/my study'`);
    expect(resumed('search', '--config=/proc/self/fd/11', '--out', 'x')).toBe(
      "search '--config=results/my study/config.yaml' --out x",
    );
  });
});
