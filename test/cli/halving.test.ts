/** Searches that stop trainings early, trained in this process by a formula. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRunLog } from '../../src/run/log.js';
import type { Run } from '../../src/run/run.js';
import '../execute/fake-pool.js';
import { stopInRun } from '../execute/pool-here.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { hashesOf } from './merges.js';
import { recordsOf } from './records.js';
import { callHgmlp, type Ended } from './run-hgmlp.js';

const size = ['--budget', '5k..20k', '--candidates', '6', '--epochs', '27', '--batch-size', '12'];
const rates = ['--learning-rates', '1e-2,3e-4'];
const common = ['search', ...smallTaskOptions, ...size, ...rates];
const study = [...common, '--strategy', 'halving', '--tolerance', '0.05', '--audit', '0.1'];

let folder: string;
/** What a search said that has trained 15 of its runs. */
let limited: Ended;
const at = (...names: string[]) => path.join(folder, ...names);
const call = (args: readonly string[]) => callHgmlp(args, { cwd: folder });
const runsOf = async (name: string): Promise<Run[]> => [...(await readRunLog(at(name))).runs.values()];
const inState = (runs: readonly Run[], state: Run['state']) => runs.filter((one) => one.state === state);
const rowsOf = (name: string) => readFileSync(at(name, 'decisions.csv'), 'utf8').split('\n').slice(1, -1);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-halving-'));
  await writePictures(folder);
  const { code, stdout } = await call([...study, '--workers', '2', '--out', 'whole']);
  writeFileSync(at('stdout'), stdout);
  expect(code).toBe(0);
  limited = await call([...study, '--workers', '1', '--out', 'unfinished', '--max-runs', '15']);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('search --strategy halving', () => {
  test('starts what random search trains, and stops some of it with a checkpoint kept', async () => {
    const runs = await runsOf('whole');
    const stopped = inState(runs, 'stopped');
    expect(runs.length).toBe(24);
    expect(stopped.length).toBeGreaterThan(5);
    expect(inState(runs, 'finished').length).toBe(24 - stopped.length);
    expect(readdirSync(at('whole', 'checkpoints')).length).toBe(stopped.length);
    for (const { curve } of stopped) expect([2, 7]).toContain(curve.length);
  });

  test('shows with --dry-run what it begins, when it judges that, and how many workers it leaves idle', async () => {
    const { stdout, stderr } = await call([...study, '--workers', '6', '--dry-run']);
    expect(stderr).toMatch(/^strategy: 2 of 6 workers have nothing to do, .* with --look-every 6 keeps all busy$/m);
    expect(stdout).toMatch(/\nAll trials start\. Those that .* are stopped after epoch 2, 7 of 27\.\n\n24 runs with /);
    const { strategy, learningRates } = JSON.parse((await call([...study, '--dry-run', '--json'])).stdout) as Record<
      string,
      unknown
    >;
    expect([strategy, learningRates]).toEqual(['halving', [1e-2, 3e-4]]);
  });

  test('says what it has saved, how often the audited stops were wrong, and what the stops may cost', () => {
    expect(readFileSync(at('stdout'), 'utf8')).toMatch(
      new RegExp(
        [
          'Halving spent \\d+\\.\\d % of the multiply-adds of training all 24 to their end; \\d+ were stopped early\\.',
          'Of \\d audited trials, trained to the end all the same, \\d came to be on the frontier: \\S+ % \\(90 % interval \\S+ to \\S+ %\\) of the stops were wrong\\.',
          'By what is predicted of them, the stops cost \\S+ % \\(90 % interval \\S+ to \\S+ %\\) of the hypervolume\\.',
          'Train on what was stopped with: hgmlp retry --stopped whole',
        ].join('\n'),
      ),
    );
    expect(readFileSync(at('whole', 'frontier.html'), 'utf8')).toMatch(
      /<p>Halving spent [^<]*<\/p>\n<p>Of \d audited trials[^<]*<\/p>\n<p>By what is predicted [^<]*<\/p>\n<h2>Command/,
    );
  });

  test('records each decision, what it was based on, and last what it has left stopped', async () => {
    const rows = rowsOf('whole');
    const decided = (decision: string) => rows.filter((row) => row.split(',')[6] === decision).length;
    expect(decided('start')).toBe(24);
    expect(decided('audit')).toBeGreaterThan(0);
    expect(decided('stop')).toBe(inState(await runsOf('whole'), 'stopped').length);
    expect(rows.at(-1)!.split(',')[6]).toBe('stop');
  });

  test('leaves byte-identical files with one worker and with two', async () => {
    expect((await call([...study, '--workers', '1', '--out', 'one'])).code).toBe(0);
    expect(hashesOf(at('one'))).toEqual(hashesOf(at('whole')));
  });

  test('stopped in mid-run goes on with the same command to the same files, and trains no part twice', async () => {
    const command = [...study, '--workers', '1', '--out', 'stopped'];
    stopInRun(16);
    expect((await call(command)).code).toBe(75);
    expect((await call(command)).code).toBe(0);
    expect(hashesOf(at('stopped'))).toEqual(hashesOf(at('whole')));
    const parts = (name: string) => recordsOf(at(name)).map(({ key, curve }) => `${key} ${curve.length}`);
    expect(parts('stopped').toSorted()).toEqual(parts('whole').toSorted());
  });

  test('goes on after --max-runs, and from a lost checkpoint anew, to the same files', async () => {
    expect([limited.code, limited.stderr]).toEqual([0, expect.stringContaining('--max-runs 15 has ended the search')]);
    cpSync(at('unfinished'), at('limited'), { recursive: true });
    rmSync(at('limited', 'checkpoints'), { recursive: true });
    expect((await call([...study, '--workers', '1', '--out', 'limited'])).code).toBe(0);
    expect(hashesOf(at('limited'))).toEqual(hashesOf(at('whole')));
  });

  test('is made anew by replay, which tells another decision than the recorded one', async () => {
    const whole = await call(['replay', 'whole']);
    expect([whole.code, whole.stdout]).toEqual([
      0,
      expect.stringMatching(
        /: 24 of 24 runs in the log follow from the decisions of halving; .*\nThese are the decisions that it /,
      ),
    ]);
    cpSync(at('whole'), at('altered'), { recursive: true });
    writeFileSync(
      at('altered', 'decisions.csv'),
      readFileSync(at('whole', 'decisions.csv'), 'utf8').replace(',hope,', ',audit,'),
    );
    const altered = await call(['replay', 'altered', '--json']);
    expect([altered.code, JSON.parse(altered.stdout)]).toEqual([
      4,
      expect.objectContaining({ agreeing: 24, isRecord: false }),
    ]);
  });

  test('trains on with retry --stopped to what random search gives, and still makes the same decisions', async () => {
    cpSync(at('whole'), at('promoted'), { recursive: true });
    const stopped = inState(await runsOf('whole'), 'stopped').length;
    const listed = await call(['retry', '--stopped', 'promoted', '--dry-run']);
    expect(listed.stdout).toMatch(new RegExp(`${stopped} stopped runs in promoted\n$`));
    expect((await call(['retry', '--stopped', 'promoted', '--data-folder', 'data', '--workers', '1'])).code).toBe(0);
    expect(readdirSync(at('promoted', 'checkpoints'))).toEqual([]);
    expect((await call([...common, '--strategy', 'random', '--workers', '1', '--out', 'random'])).code).toBe(0);
    for (const table of ['runs.csv', 'frontier.csv']) {
      expect(readFileSync(at('promoted', table), 'utf8')).toBe(readFileSync(at('random', table), 'utf8'));
    }
    expect((await call(['replay', 'promoted'])).code).toBe(0);
  });

  test('is told in the same page and the same sentences by the search, by retry and by frontier plot', async () => {
    expect(limited.stdout).toMatch(
      /^So far halving has spent \S+ % .*; \d+ are stopped for now, and may still be promoted\.$/m,
    );
    for (const [name, count] of [
      ['whole', 3],
      ['promoted', 3],
      ['unfinished', 2],
    ] as const) {
      const before = hashesOf(at(name));
      const page = readFileSync(at(name, 'frontier.html'), 'utf8');
      expect((await call(['frontier', 'plot', name])).code).toBe(0);
      expect(readFileSync(at(name, 'frontier.html'), 'utf8')).toBe(page);
      expect(hashesOf(at(name))).toEqual(before);
      const sentences = [...page.matchAll(/<p>((?:So far|Halving spent|Of \d audited trials|By what)[^<]*)<\/p>/g)];
      expect(sentences.length).toBe(count);
      for (const form of [[], ['--format', 'markdown']]) {
        const { stdout } = await call(['frontier', 'show', name, ...form]);
        for (const [, sentence] of sentences) expect(stdout).toContain(sentence);
      }
    }
    const { stdout } = await call(['frontier', 'show', 'whole', '--json']);
    const resumed = await call([...study, '--out', 'whole', '--json']);
    const halvingOf = (text: string) => (JSON.parse(text) as { halving: unknown }).halving;
    expect(halvingOf(stdout)).toMatchObject({ trainings: 24, isOver: true });
    expect(halvingOf(resumed.stdout)).toEqual(halvingOf(stdout));
  });

  test('says in the plot how many of its runs were trained to their end', async () => {
    const stopped = inState(await runsOf('whole'), 'stopped').length;
    const svg = readFileSync(at('whole', 'frontier.svg'), 'utf8');
    const told = [...svg.matchAll(/× 2 learning rates × 1 replicate; of (\d+) runs (\d+) stopped early&#34;/g)];
    expect(told.map(([, runs]) => Number(runs))).toEqual([12, 12]);
    expect(told.reduce((sum, [, , ofShape]) => sum + Number(ofShape), 0)).toBe(stopped);
  });

  test('goes on with more replicates of what it has trained to its end, to the same files as at once', async () => {
    const settled = [...study, '--replicates', 'auto:1..3'];
    cpSync(at('whole'), at('settled'), { recursive: true });
    const { code, stderr, stdout } = await call([...settled, '--workers', '1', '--out', 'settled']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^auto:1\.\.3: \d+ of \d+ points settled with /m)]);
    expect(stdout).toContain('of the multiply-adds of training all 24 to their end; ');
    const runs = await runsOf('settled');
    const nameOf = ({ spec: { arch, recipe } }: Run) => JSON.stringify([arch, recipe.learningRate]);
    const toTheEnd = new Set(inState(await runsOf('whole'), 'finished').map(nameOf));
    const further = runs.filter(({ spec }) => spec.recipe.replicate > 0);
    expect(further.length).toBeGreaterThan(0);
    expect(further.every((one) => one.state === 'finished' && toTheEnd.has(nameOf(one)))).toBe(true);
    expect(rowsOf('settled')).toEqual(rowsOf('whole'));
    expect((await call([...settled, '--workers', '1', '--out', 'at-once'])).code).toBe(0);
    expect(hashesOf(at('at-once'))).toEqual(hashesOf(at('settled')));
    const replayed = await call(['replay', 'settled']);
    expect([replayed.code, replayed.stdout]).toEqual([
      0,
      expect.stringContaining(
        `: ${runs.length} of ${runs.length} runs in the log follow from the decisions of halving`,
      ),
    ]);
  });

  test('refuses what it cannot do, each with one line', async () => {
    for (const [words, line] of [
      [
        [...study, '--shard', '1/2'],
        /^hgmlp: --shard: expected a strategy that does not depend on results, got halving; /,
      ],
      [[...study, '--until-stable', '0.1'], /^hgmlp: --until-stable: expected the strategy model, /],
      [[...study, '--reduction-factor', '1'], /^hgmlp: --reduction-factor: expected a whole number from 2, got '?1/],
      [[...study, '--audit', '2'], /^hgmlp: --audit: expected a number from 0 to 1, got '?2/],
      [[...study, '--out', 'whole', '--audit', '0.2'], /^hgmlp: .*\(audit: 0\.1 in the results, 0\.2 now\)/],
      [['retry', '--failed', 'whole'], /^hgmlp: --failed: expected a search whose runs do not depend on one another, /],
      [['retry', 'whole'], /^hgmlp: retry: expected --failed or --stopped, .* got nothing/],
      [['merge', 'whole', '--out', 'merged'], /^hgmlp: whole: expected a study that can have shards, /],
    ] as const) {
      const { code, stderr } = await call([...words, '--quiet']);
      expect([code, stderr]).toEqual([2, expect.stringMatching(new RegExp(`${line.source}[^\\n]*\\n$`))]);
    }
  });
});
