import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pidNamespace } from '../../src/base/processes.js';
import { isAbandoned, unfinishedName } from '../../src/base/unfinished.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-unfinished-'));
});
afterEach(() => rm(folder, { recursive: true }));

const dead = () => execFileSync(process.execPath, ['-p', 'process.pid']).toString().trim();
const own = () => unfinishedName(path.join(folder, 'runs.csv'));
const ofDead = () => own().replace(`.${process.pid}.`, `.${dead()}.`);

/** Whether a file of that name is, last written so long ago. */
async function isAbandonedAfter(file: string, ageMs: number): Promise<boolean> {
  await writeFile(file, 'half');
  const time = new Date(Date.now() - ageMs);
  await utimes(file, time, time);
  return isAbandoned(file);
}

describe('an unfinished file', () => {
  const twoDaysMs = 48 * 3_600_000;

  test('is abandoned where the process in its name is gone, however new it is', async () => {
    expect(await isAbandonedAfter(own(), twoDaysMs)).toBe(false);
    expect(await isAbandonedAfter(ofDead(), 0)).toBe(true);
  });

  test.skipIf(pidNamespace() === null)('of another container is not judged by the number of its process', async () => {
    const elsewhere = ofDead().replace(`-${pidNamespace()}.`, '-1.');
    expect(elsewhere).not.toBe(ofDead());
    expect(await isAbandonedAfter(elsewhere, 0)).toBe(false);
    expect(await isAbandonedAfter(elsewhere, twoDaysMs)).toBe(true);
  });
});
