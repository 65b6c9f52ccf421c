/** Results folders from elsewhere that hold links: what is written into them stays inside. */
import {
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isClaim } from '../../src/run/claim.js';
import { writeTrendPlots, writeStrategies } from '../../src/report/write-report.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { callHgmlp } from './run-hgmlp.js';

const fixture = fileURLToPath(new URL('../fixtures/results-v1/study', import.meta.url));

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-links-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Files outside, each with a link in the place of the name; every third is another name of the file itself. */
function linkAway(folder: string, names: readonly string[]): void {
  mkdirSync(at('outside'), { recursive: true });
  for (const [index, name] of names.entries()) {
    const victim = at('outside', name.replaceAll('/', '-'));
    rmSync(at(folder, name), { force: true });
    if (index % 3 === 1) symlinkSync(`${victim}-missing`, at(folder, name));
    else {
      writeFileSync(victim, 'keep');
      if (index % 3 === 0) symlinkSync(victim, at(folder, name));
      else linkSync(victim, at(folder, name));
    }
  }
}

function expectUntouched(): void {
  for (const name of readdirSync(at('outside'))) {
    expect(name).not.toMatch(/-missing$/);
    expect(readFileSync(at('outside', name), 'utf8'), name).toBe('keep');
  }
}

const plots = ['frontier.svg', 'frontier.png', 'frontier.html', 'samples-hourglass.png', 'samples-conventional.png'];

describe.skipIf(process.platform === 'win32')('links in a results folder', () => {
  test.each([0, 1, 2])('lead no plot out of it (turn %i)', async (turn) => {
    cpSync(fixture, at('study'), { recursive: true });
    linkAway('study', [...plots.slice(turn), ...plots.slice(0, turn)]);
    const { code } = await callHgmlp(['frontier', 'plot', 'study'], { cwd: root });
    expect(code).toBe(0);
    expectUntouched();
    for (const name of plots) expect(lstatSync(at('study', name)).isFile(), name).toBe(true);
  });

  test('lead no trend and no bench out of it', async () => {
    mkdirSync(at('study'));
    const names = ['trend.svg', 'trend.png', 'strategies.csv', 'strategies.svg', 'strategies.png'];
    linkAway('study', names);
    const settings = { level: 0.9, resamples: 10, seed: 1, noiseStd: null };
    await writeTrendPlots(at('study'), {
      task: 'mnist/denoising',
      axis: 'trainable',
      metric: 'psnrDb',
      settings,
      trends: [],
    }).catch(() => undefined);
    await writeStrategies(at('study'), []).catch(() => undefined);
    expectUntouched();
  });

  test('lead no search out of it, and are followed where the folder itself is one', async () => {
    await writePictures(root);
    const size = [
      '--budget',
      '5k..10k',
      '--candidates',
      '1',
      '--strategy',
      'random',
      '--epochs',
      '1',
      '--workers',
      '1',
    ];
    const search = (...more: string[]) =>
      callHgmlp(['search', ...smallTaskOptions, ...size, ...more, '--out', 'study'], { cwd: root });
    mkdirSync(at('disk', 'study'), { recursive: true });
    symlinkSync(path.join('disk', 'study'), at('study'));
    expect((await search()).code).toBe(0);
    const reports = ['runs.csv', 'frontier.csv', ...plots];
    const sheets = readdirSync(at('study', 'samples')).map((name) => `samples/${name}`);
    linkAway('study', [...reports, ...sheets]);
    const { code } = await search('--candidates', '2');
    expect(code).toBe(0);
    expectUntouched();
    for (const name of reports) expect(lstatSync(at('study', name)).isFile(), name).toBe(true);
    expect(readdirSync(at('disk', 'study')).filter(isClaim)).toEqual([]);
    expect(lstatSync(at('study')).isSymbolicLink()).toBe(true);
  });
});
