/** A results folder whose log or configuration is not what it was, on its way through the commands that read it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import type { CommandContext } from '../../src/cli/context.js';
import { commandRows } from '../../src/cli/commands/table.js';
import { openResultsFolder } from '../../src/study/folder.js';
import { loadStudy } from '../../src/study/load.js';
import type { CommandName } from '../../src/config/options.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { readStoredConfig } from '../../src/config/stored.js';
import { traceFrontier } from '../../src/frontier/trace.js';
import { writeTables } from '../../src/report/write-report.js';
import { openRunLog } from '../../src/run/log.js';
import { stringify } from 'yaml';
import { configFiles, optionValues } from './config-inputs.js';
import { contextOf } from './context.js';
import { logFiles } from './log-inputs.js';
import { damaged, rarely } from './mutations.js';
import { target } from './target.js';

const folder = 'results/study';
const task = 'elsewhere/small?input=16&output=16&images=100';

/** What is done with a folder: a command with its flags, or one of the two that have none. */
interface Step {
  readonly command: CommandName | 'tables' | 'resume';
  readonly flags?: Readonly<Record<string, unknown>>;
}

interface Folder {
  readonly logs: readonly Buffer[];
  readonly config: Buffer;
  readonly step: Step;
}

const sheets = fc.constantFrom({}, { json: true }, { format: 'markdown' });
const resampled = { resamples: 20, noiseStd: 0.1 };
/** As a user may type them. */
const noises = rarely(
  fc.constant({}),
  fc.constantFrom(0, 0.1, 1e-320, 1000, 1e308).map((noiseStd) => ({ noiseStd })),
  2,
);
const comparisons = rarely(
  fc.constant({}),
  fc.constantFrom<Record<string, unknown>>(
    ...[{ reference: 1e308 }, { reference: -1e308 }, { level: 1e-320 }, { level: 1 - 1e-16 }, { resamples: 1 }],
    ...[
      { interval: '1..2' },
      { interval: '1..1000G' },
      { interval: '1G..2G' },
      { at: '1' },
      { at: '1k,1G' },
      { seed: 0 },
    ],
  ),
  2,
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc
      .tuple(sheets, noises)
      .map(([flags, noise]) => ({ command: 'frontier show' as const, flags: { ...flags, ...noise } })),
  },
  { weight: 15, arbitrary: fc.constant({ command: 'tables' as const }) },
  { weight: 15, arbitrary: fc.constant({ command: 'resume' as const }) },
  {
    weight: 15,
    arbitrary: fc.tuple(sheets, noises, comparisons).map(([flags, noise, more]) => ({
      command: 'frontier compare' as const,
      flags: { ...flags, ...resampled, ...noise, ...more },
    })),
  },
  {
    weight: 10,
    arbitrary: sheets.map((flags) => ({
      command: 'frontier check' as const,
      flags: { ...flags, ...resampled, baseline: folder },
    })),
  },
  // These draw, which takes longer than all the rest.
  {
    weight: 1,
    arbitrary: fc.constantFrom('log', 'linear').map((axis) => ({ command: 'frontier plot' as const, flags: { axis } })),
  },
  {
    weight: 1,
    arbitrary: sheets.map((flags) => ({ command: 'frontier trend' as const, flags: { ...flags, ...resampled } })),
  },
);

function layFolder(place: string, { logs, config }: Pick<Folder, 'logs' | 'config'>): void {
  mkdirSync(path.join(place, 'log'), { recursive: true });
  writeFileSync(path.join(place, 'config.yaml'), config);
  for (const [index, bytes] of logs.entries())
    writeFileSync(path.join(place, 'log', `writer-000${index + 1}.jsonl`), bytes);
}

async function take({ command, flags = {} }: Step): Promise<void> {
  if (command === 'tables') return writeTablesOf(folder);
  if (command === 'resume') return resume(folder);
  await run(command, flags, [folder]);
}

async function run(command: CommandName, flags: Readonly<Record<string, unknown>>, words: readonly string[]) {
  const { values } = await resolveOptions({ command, flags, environment: {} });
  await commandRows.find(({ name }) => name === command)!.action(contextOf(values, words));
}

const silent: Pick<CommandContext, 'port'> = contextOf({} as CommandContext['values']);

/** What a report writes but for the drawings. */
async function writeTablesOf(place: string): Promise<void> {
  const {
    runs,
    task: found,
    axis,
  } = await loadStudy(place, { ...silent, values: { axis: null } as CommandContext['values'] });
  const { name, dimensions, metrics, trainingImages } = found;
  const frontier = traceFrontier(runs, {
    task: name,
    dimensions,
    axis,
    metrics,
    trainingImages,
    uncertainty: { resamples: 20 },
  });
  await writeTables(place, { runs, frontier });
}

/** As a search that goes on: its own log beside the others. */
async function resume(place: string): Promise<void> {
  const config = await readStoredConfig(place);
  await openResultsFolder({ folder: place, config: config!, fresh: false, yes: true, port: silent.port });
  const log = await openRunLog(place);
  for (const run of log.runs.values()) await log.append(run);
  await log.close();
  const again = await openRunLog(place);
  await again.close();
  if (again.runs.size !== log.runs.size) throw new Error(`${log.runs.size} runs were written, ${again.runs.size} read`);
}

const soundConfig = Buffer.from(stringify({ task, budget: '20k..40k', size: 'trainable', name: 'study' }));

const runLog = target<Folder>({
  name: 'run log',
  share: 13,
  inputs: fc.record({
    logs: fc.array(logFiles(task), { minLength: 1, maxLength: 2 }),
    config: fc.constant(soundConfig),
    step: steps,
  }),
  lay: (input) => layFolder(folder, input),
  feed: ({ step }) => take(step),
  least: { accepted: 0.3, refused: 0.05 },
});

const storedConfigs = fc.oneof(
  { weight: 2, arbitrary: configFiles },
  {
    weight: 3,
    arbitrary: damaged(
      optionValues(20).map((values) => Buffer.from(stringify({ ...values, task }))),
      3,
    ),
  },
  fc
    .tuple(fc.jsonValue(), fc.string({ unit: 'binary' }))
    .map(([origin, command]) => Buffer.from(stringify({ importedFrom: rarelyOrigin(origin, command), budget: '1M' }))),
);

function rarelyOrigin(origin: unknown, command: string): unknown {
  return origin === null || typeof origin !== 'object' ? { file: 'x.csv', sha256: 'ab', command } : origin;
}

const storedConfig = target<Folder>({
  name: 'stored configuration',
  share: 6,
  inputs: fc.record({
    logs: fc.tuple(logFiles(task)),
    config: storedConfigs,
    step: steps,
  }),
  lay: (input) => layFolder(folder, input),
  feed: ({ step }) => take(step),
  least: { accepted: 0.2, refused: 0.2 },
});

interface Merge {
  readonly folders: readonly Pick<Folder, 'logs' | 'config'>[];
  readonly dryRun: boolean;
}

/** A plan of a few runs, whose words may be damaged. */
const mergedConfigs = damaged(
  fc
    .tuple(
      rarely(fc.constant({}), fc.record({ candidates: fc.constantFrom(1, 2, 3) }), 3),
      fc.constantFrom({}, { shard: '1/2' }, { shard: '2/2' }, { shard: '3/2' }),
      rarely(fc.constant('part'), fc.constantFrom('..', '../../x', 'a/b', '.', 'x'.repeat(300)), 10),
    )
    .map(([more, shard, name]) => {
      const plan = { task, budget: '20k..40k', candidates: 2, learningRates: [1e-3], epochs: 2, engine: 'onnx-cpu' };
      return Buffer.from(stringify({ ...plan, ...more, ...shard, name }));
    }),
  8,
);

const merge = target<Merge>({
  name: 'merge',
  share: 4,
  inputs: fc.record({
    folders: fc.array(fc.record({ logs: fc.array(logFiles(task), { maxLength: 1 }), config: mergedConfigs }), {
      minLength: 1,
      maxLength: 3,
    }),
    dryRun: rarely(fc.constant(true), fc.constant(false), 20),
  }),
  lay: ({ folders }) => folders.forEach((one, index) => layFolder(`results/part-${index}`, one)),
  feed: ({ folders, dryRun }) =>
    run(
      'merge',
      { dryRun, yes: true },
      [...folders.keys()].map((index) => `results/part-${index}`),
    ),
  least: { accepted: 0.1, refused: 0.2 },
});

export const logTargets = [runLog, storedConfig, merge];
