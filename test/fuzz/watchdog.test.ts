import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-watchdog-'));
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const source = await readFile(new URL('watchdog.ts', import.meta.url), 'utf8');
  await writeFile(path.join(folder, 'watchdog.mjs'), ts.transpileModule(source, { compilerOptions }).outputText);
  await copyFile(new URL('watchdog-thread.mjs', import.meta.url), path.join(folder, 'watchdog-thread.mjs'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a script that has opened a watchdog, in a process of its own. */
async function run(script: string) {
  const open =
    "import { openWatchdog } from './watchdog.mjs';\nconst dog = openWatchdog({ processorMs: 300, wallMs: 3000 });\n";
  await writeFile(path.join(folder, 'script.mjs'), open + script);
  return spawnSync(process.execPath, [path.join(folder, 'script.mjs')], { encoding: 'utf8', timeout: 60_000 });
}

test('a loop without end ends the process, and the input is told', async () => {
  const { stderr, signal, status } = await run("dog.begin('first'); dog.end(); dog.begin('the second'); for (;;);");
  expect(signal === 'SIGKILL' || status !== 0).toBe(true);
  expect(stderr).toContain('an input hangs, and its process is ended:\nthe second\n');
});

test('so does a promise that nobody keeps', async () => {
  const { stderr } = await run("dog.begin('a promise'); setInterval(() => undefined, 1000);");
  expect(stderr).toContain('a promise');
});

test('work between inputs is no hang, nor is many inputs after each other', async () => {
  const busy = 'const end = Date.now() + 1000; while (Date.now() < end);';
  const inputs = 'for (let i = 0; i < 1e6; i += 1) { dog.begin("x"); dog.end(); }';
  const { stderr, stdout } = await run(`${busy} ${inputs} console.log('done'); await dog.close();`);
  expect(stderr).toBe('');
  expect(stdout).toBe('done\n');
});
