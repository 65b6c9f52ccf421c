/** The build, in a small checkout of its own. */
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder: string;
const at = (file: string) => path.join(folder, file);
const text = (file: string) => readFileSync(at(file), 'utf8');
/** A long module, so that half of it would be seen. */
const moduleOf = (value: string) =>
  `${`export const padding = '${'x'.repeat(200_000)}';\n`}export const value = '${value}';\n`;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-build-'));
  for (const file of ['scripts/build.mjs', 'tsconfig.build.json']) cpSync(file, at(file));
  // The types of Node.js and of the language take longer to read than all else.
  const config = readFileSync('tsconfig.json', 'utf8')
    .replace('["node"]', '[]')
    .replace(/"lib": .*/, '"noLib": true,');
  writeFileSync(at('tsconfig.json'), config);
  mkdirSync(at('src/data'), { recursive: true });
  const types = ['Array<T>', 'Boolean', 'CallableFunction', 'Function', 'IArguments', 'NewableFunction', 'Number'];
  const globals = [...types, 'Object', 'RegExp', 'String'].map((type) => `interface ${type} {}\n`);
  writeFileSync(at('src/globals.d.ts'), globals.join(''));
  writeFileSync(at('src/data/twice.kernel.ts'), 'export function twice(value: f64): f64 {\n  return 2 * value;\n}\n');
  symlinkSync(path.resolve('node_modules'), at('node_modules'));
  writeFileSync(at('package.json'), '{ "type": "module" }');
  writeFileSync(at('src/changes.ts'), moduleOf('first'));
  writeFileSync(at('src/stays.ts'), 'export const stays = true;\n');
  writeFileSync(at('src/goes.ts'), 'export const goes = true;\n');
  expect(build().status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

function build(...flags: string[]) {
  return spawnSync(process.execPath, [at('scripts/build.mjs'), ...flags], { encoding: 'utf8' });
}

/** Whether a file was written: its number changes as it is renamed into place. */
const numbersOf = (files: readonly string[]) => files.map((file) => statSync(at(file)).ino);

describe('a build', () => {
  test('makes the modules, and the kernels there and beside their sources.', () => {
    expect(text('dist/changes.js')).toContain("value = 'first'");
    for (const file of ['dist/data/twice.wasm', 'src/data/twice.wasm'])
      expect(statSync(at(file)).size).toBeGreaterThan(0);
    expect(JSON.parse(text('dist/changes.js.map'))).toMatchObject({ sources: ['../src/changes.ts'] });
  });

  test('does nothing where no source has changed, as at every call of npx.', () => {
    const before = numbersOf(['dist/changes.js', 'dist/build.json', 'dist/data/twice.wasm']);
    const { status, stdout, stderr } = build();
    expect([status, stdout, stderr]).toEqual([0, '', 'dist/ is up to date\n']);
    expect(numbersOf(['dist/changes.js', 'dist/build.json', 'dist/data/twice.wasm'])).toEqual(before);
  });

  test('that fails leaves dist/ as it was, and is done anew.', () => {
    writeFileSync(at('src/changes.ts'), 'export const value: number = "third";\n');
    const { status, stdout } = build();
    expect([status, stdout]).toEqual([1, expect.stringContaining("Type 'string' is not assignable to type 'number'")]);
    expect(text('dist/changes.js')).toContain("value = 'first'");
    writeFileSync(at('src/changes.ts'), moduleOf('first'));
    expect(build().status).toBe(0);
  });

  test('and another at the same time replace what has changed with whole files, and leave the rest: modules that a running process may still load stay.', async () => {
    const before = numbersOf(['dist/stays.js', 'dist/changes.js']);
    writeFileSync(at('src/changes.ts'), moduleOf('second'));
    rmSync(at('src/goes.ts'));
    const ended = [1, 2].map(() => {
      const child = spawn(process.execPath, [at('scripts/build.mjs')]);
      return new Promise<number | null>((resolve) => child.on('close', resolve));
    });
    let isOver = false;
    const codes = Promise.all(ended).finally(() => (isOver = true));
    const seen = new Set<string>();
    const whole = [text('dist/changes.js'), text('dist/changes.js').replace('first', 'second')];
    while (!isOver) {
      seen.add(text('dist/changes.js'));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(await codes).toEqual([0, 0]);
    expect([...seen].filter((one) => !whole.includes(one))).toEqual([]);
    expect(text('dist/changes.js')).toBe(whole[1]);
    const after = numbersOf(['dist/stays.js', 'dist/changes.js']);
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([true, false]);
    expect(existsSync(at('dist/goes.js'))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith('.build-'))).toEqual([]);
    expect(build().stderr).toBe('dist/ is up to date\n');
  });

  test('for a package has no module without a source.', () => {
    expect(build('--prune').status).toBe(0);
    expect(existsSync(at('dist/goes.js'))).toBe(false);
    expect(existsSync(at('dist/stays.js'))).toBe(true);
  });

  test('begins anew where a file is missing, and takes away what a killed one has left an hour ago.', () => {
    mkdirSync(at('.build-1'));
    rmSync(at('dist/stays.js'));
    spawnSync('touch', ['-d', '2 hours ago', at('.build-1')]);
    expect(build().status).toBe(0);
    expect([existsSync(at('dist/stays.js')), existsSync(at('.build-1'))]).toEqual([true, false]);
  });
});
