import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRunLog } from '../../src/run/log.js';
import { compileSource } from '../compiled.js';
import { finishedRun } from './runs.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-killed-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a process killed with SIGKILL in mid-append loses no run that it had appended', async () => {
  const script = await writerScript();
  const appended: number[] = [];
  for (let kill = 1; kill <= 4; kill += 1) {
    const reported = await appendUntilKilled(script, appended.length, 3 * kill);
    expect(reported.length).toBeGreaterThanOrEqual(3 * kill);
    appended.push(...reported);
    const { runs, problems } = await readRunLog(path.join(folder, 'results'));
    const replicates = [...runs.values()].map((run) => run.spec.recipe.replicate);
    expect(replicates).toEqual(expect.arrayContaining(appended));
    expect(runs.size).toBeLessThanOrEqual(appended.length + kill);
    expect(problems.length).toBeLessThanOrEqual(kill);
  }
});

/** Starts a writer at the given replicate, kills it after so many appends, and gives the replicates it reported. */
async function appendUntilKilled(script: string, from: number, count: number): Promise<number[]> {
  const writer = spawn(process.execPath, [script, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const reported: number[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    reported.push(Number(line));
    if (reported.length === count) writer.kill('SIGKILL');
  }
  return reported;
}

/** A script that appends for ever and says so after each run; the log's sources are compiled beside it. */
async function writerScript(): Promise<string> {
  await compileSource(folder, 'run/log');
  const script = path.join(folder, 'writer.js');
  await writeFile(
    script,
    `import { writeSync } from 'node:fs';
     import { openRunLog } from './run/log.js';
     const run = ${JSON.stringify(finishedRun(0))};
     const log = await openRunLog(${JSON.stringify(path.join(folder, 'results'))});
     for (let replicate = Number(process.argv[2]); ; replicate += 1) {
       const spec = { ...run.spec, recipe: { ...run.spec.recipe, replicate } };
       await log.append({ ...run, key: String(replicate).padStart(24, '0'), spec });
       writeSync(1, replicate + '\\n');
     }`,
  );
  return script;
}
