/** The library as a program of somebody else uses it: by its name, in a project of its own, and event by event. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// First, so that workers are those of dist/.
import { fewDigits } from './cli/run-hgmlp.js';
import './execute/fake-pool.js';
import './report/undrawn.js';
import { optionsOf } from '../src/config/options.js';
import { studyKeys } from '../src/config/study-keys.js';
import { compare, draw, frontier, openStudy, search, UserError, type StudyEvent } from '../src/index.js';
import { comparisonKeys } from '../src/library/options.js';
import { writePictures } from './train/small-task.js';

const examples = [...readFileSync('docs/library.md', 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-library-'));
  await writePictures(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const small = () => ({
  ...{ task: `folder:${folder}/pictures/denoising`, dataFolder: path.join(folder, 'data'), imageSize: 12 },
  ...{ imageChannels: 1 as const, budget: '5k..10k', candidates: 2, epochs: 2, workers: 1 },
  ...{ strategy: 'random' as const, engine: 'onnx-cpu', out: path.join(folder, 'study') },
});

test('The examples of its page are sound TypeScript in a project that has it installed, and the first one runs.', () => {
  const project = path.join(folder, 'project');
  mkdirSync(path.join(project, 'node_modules/@types'), { recursive: true });
  symlinkSync(process.cwd(), path.join(project, 'node_modules/hgmlp'));
  symlinkSync(path.resolve('node_modules/@types/node'), path.join(project, 'node_modules/@types/node'));
  writeFileSync(path.join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  const files = examples.map((code, index) => {
    const file = path.join(project, `example-${index}.ts`);
    writeFileSync(file, code);
    return file;
  });
  expect(files.length).toBeGreaterThan(1);
  const compiler = path.resolve('node_modules/typescript/bin/tsc');
  const strictly = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--skipLibCheck'];
  execFileSync(process.execPath, [compiler, ...strictly, ...files], { cwd: project, stdio: 'pipe' });
  const said = execFileSync(process.execPath, ['example-0.js'], {
    ...{ cwd: project, encoding: 'utf8', stdio: 'pipe' },
    env: { ...process.env, ...fewDigits },
  });
  const lines = said.trimEnd().split('\n');
  expect(lines).toHaveLength(4 + 1 + 4 + 1);
  expect(lines[4]).toBe('done results/small');
  expect(lines[5]).toMatch(/^(hourglass|conventional) \d+ \d+\.\d+$/);
  expect(existsSync(path.join(project, 'frontier.svg'))).toBe(true);
});

test('Its options are those of the command line, by their keys.', () => {
  const keysOf = (command: 'search' | 'frontier compare') => optionsOf(command).map(({ key }) => key);
  expect(keysOf('search')).toEqual(expect.arrayContaining([...studyKeys]));
  expect(keysOf('frontier compare')).toEqual(expect.arrayContaining([...comparisonKeys]));
});

describe('A search', () => {
  test('tells what happens by an iteration and by a callback, in the same order, and leaves what others read.', async () => {
    const [heard, messages]: [StudyEvent[], string[]] = [[], []];
    const run = search({ ...small(), onEvent: (event) => heard.push(event), onMessage: (text) => messages.push(text) });
    const events: StudyEvent[] = [];
    for await (const event of run) events.push(event);
    expect(events).toEqual(heard);
    const types = events.map(({ type }) => type).filter((type) => type !== 'epoch' && !type.startsWith('step'));
    const trainings = Array.from({ length: 4 }, () => ['started', 'finished']).flat();
    expect(types.filter((type) => type !== 'advance')).toEqual([
      'engine',
      'began',
      ...trainings,
      'closing',
      'closed',
      'ended',
    ]);
    expect(messages[0]).toMatch(/^engine: onnx-cpu/);
    const began = events.find((event) => event.type === 'began')!;
    expect(began.progress()).toMatchObject({ ended: 4, planned: 4, share: 1 });
    const { ended, frontier: told, runs } = await run.result;
    expect([ended, runs.length, told!.points.length]).toEqual(['done', 4, 4]);

    const study = await openStudy(small().out);
    expect(study.runs).toHaveLength(4);
    expect(JSON.parse(JSON.stringify(await frontier(study)))).toEqual(JSON.parse(JSON.stringify(told)));
    const { left, right } = await compare(small().out, undefined, { resamples: 10 });
    expect([left.name, right.name]).toEqual(['hourglass', 'conventional']);
    const numbers = { at: [6000, 9000], interval: [6000, 10_000], resamples: 10 } as const;
    const texts = { at: '6000,9000', interval: '6000..10000', resamples: 10 };
    const asText = async (options: object) => JSON.stringify(await compare(small().out, undefined, options));
    expect(await asText(numbers)).toBe(await asText(texts));
    const { svg, png, html } = await draw(small().out);
    expect(svg).toBe(readFileSync(path.join(small().out, 'frontier.svg'), 'utf8'));
    expect(Buffer.from(png).equals(readFileSync(path.join(small().out, 'frontier.png')))).toBe(true);
    expect(html).toBe(readFileSync(path.join(small().out, 'frontier.html'), 'utf8'));
  });

  test('stops by its signal, and by an iteration that is left, and the same call goes on.', async () => {
    const options = { ...small(), out: path.join(folder, 'stopped') };
    const stopping = new AbortController();
    const first = await search({
      ...options,
      signal: stopping.signal,
      onEvent: (event) => event.type === 'finished' && stopping.abort(),
    }).result;
    expect([first.ended, first.frontier]).toEqual(['stopped', null]);
    const second = search(options);
    for await (const event of second) if (event.type === 'finished') break;
    expect(await second.result).toMatchObject({ ended: 'stopped' });
    const finished: string[] = [];
    const third = await search({
      ...options,
      onEvent: (event) => event.type === 'skipped' && finished.push(event.run.key),
    }).result;
    expect(third).toMatchObject({ ended: 'done' });
    expect(finished.length).toBeGreaterThanOrEqual(2);
  });

  test('ends at a limit with what there is, and says which.', async () => {
    const options = { ...small(), out: path.join(folder, 'limited'), maxRuns: 2 };
    const { ended, limit, runs, frontier: told } = await search(options).result;
    expect([ended, limit, runs.length]).toEqual(['limit', 'runs', 2]);
    expect(told!.points).toHaveLength(2);
  });

  test.each<[string, object, RegExp]>([
    [
      'an option that there is not',
      { budgett: '1M' },
      /^options: expected a known option, got 'budgett'; did you mean 'budget'\?/,
    ],
    ['a value that is none', { epochs: 0 }, /^epochs: expected a whole number from 1, got 0$/],
    [
      'a wrong value inside of another',
      { space: { hourglass: { depth: [2, 1] } } },
      /^space\.hourglass\.depth: expected two numbers/,
    ],
    ['a value that no file could hold', { candidates: 2n }, /^candidates: expected a whole number .*, got a bigint$/],
    ['a signal that is none', { signal: {} }, /^signal: expected an AbortSignal, got {}$/],
    ['a listener that is none', { onEvent: 5 }, /^onEvent: expected a function, got 5$/],
    ['a task that there is not', { task: 'mnist/nothing' }, /^--task: |^task: |expected/],
  ])('refuses %s by its key, in the result and in the iteration.', async (_, wrong, message) => {
    const run = search({ ...small(), ...wrong });
    const iterated = async () => {
      for await (const event of run) expect(event.type).not.toBe('began');
    };
    await expect(iterated()).rejects.toThrow(message);
    await expect(run.result).rejects.toThrow(UserError);
  });

  test.each(['onEvent', 'onMessage'] as const)(
    'is stopped by what its %s throws, with all saved, rejects with it, and the same call goes on.',
    async (name) => {
      const options = { ...small(), out: path.join(folder, `throwing-${name}`) };
      const mine = new Error('mine');
      let calls = 0;
      const fail = (event?: unknown) => {
        if (name === 'onEvent' && (event as StudyEvent).type !== 'epoch') return;
        calls += 1;
        throw mine;
      };
      const run = search({ ...options, [name]: fail });
      const iterated = async () => {
        for await (const event of run) expect(event.type).not.toBe('ended');
      };
      await expect(iterated()).rejects.toBe(mine);
      await expect(run.result).rejects.toBe(mine);
      expect(calls).toBe(1);
      expect((await search(options).result).ended).toBe('done');
    },
  );

  test('goes on in a folder whose configuration was made to say `auto` by hand.', async () => {
    const file = path.join(small().out, 'config.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('strategy: random', 'strategy: auto'));
    const { strategy, ...withoutStrategy } = small();
    expect(await search(withoutStrategy).result).toMatchObject({ ended: 'done' });
    expect(readFileSync(file, 'utf8')).toContain(`strategy: ${strategy}`);
  });

  test('leaves the process alone: its output, its signals and its exit code.', async () => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const;
    const before = signals.map((signal) => process.listenerCount(signal));
    const run = search({
      ...small(),
      onEvent: () => expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before),
    });
    await run.result;
    expect(process.exitCode).toBeUndefined();
  });
});

test('A folder without results is refused by each function.', async () => {
  const nothing = path.join(folder, 'nothing');
  await expect(openStudy(nothing)).rejects.toThrow(UserError);
  await expect(frontier(nothing)).rejects.toThrow(UserError);
  await expect(compare(nothing)).rejects.toThrow(UserError);
  await expect(draw(nothing)).rejects.toThrow(UserError);
});

test.each<[string, (wrong: never) => Promise<unknown>, unknown, RegExp]>([
  ['openStudy', openStudy, 5, /^folder: expected the path of a results folder, got 5$/],
  ['openStudy', openStudy, '', /^folder: expected the path of a results folder, got ''$/],
  ['openStudy', (wrong) => openStudy('results', wrong), null, /^options: expected an object, got null$/],
  ['frontier', frontier, {}, /^study: expected what openStudy gives, or the path of a results folder, got {}$/],
  ['draw', draw, undefined, /^study: expected what openStudy gives, or the path of a results folder, got nothing$/],
  ['compare', compare, {}, /^left: expected the path of a results folder, got {}$/],
  ['compare', (wrong) => compare('left', wrong), { at: [1] }, /^right: expected the path of .*, got {"at":\[1\]}$/],
  ['search', (wrong) => search(wrong).result, null, /^options: expected an object, got null$/],
  ['search', (wrong) => search(wrong).result, '20k', /^options: expected an object, got '20k'$/],
])('%s refuses what is of another type in one line that names it.', async (_, call, wrong, message) => {
  const error: unknown = await call(wrong as never).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(message);
});
