/** A configuration on its way from the user to a plan and a results folder. */
import { writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { CommanderError } from 'commander';
import { archName, checkArch } from '../../src/arch/arch.js';
import { UserError } from '../../src/base/errors.js';
import { shown } from '../../src/base/shown.js';
import { withStrategy } from '../../src/study/auto-strategy.js';
import { buildProgram, type Call } from '../../src/cli/program.js';
import { defaultFolder, openResultsFolder, reproducingCommand } from '../../src/study/folder.js';
import { configOf, folderName, studyName, studyOf, titleOf } from '../../src/study/definition.js';
import { withResolvedTask } from '../../src/study/task.js';
import { environmentName, optionsOf, type CommandName, type OptionKey } from '../../src/config/options.js';
import { resolveOptions, type Resolved } from '../../src/config/resolve.js';
import { readStoredConfig } from '../../src/config/stored.js';
import { keyOf } from '../../src/run/key.js';
import { parseShard } from '../../src/search/shard.js';
import { configFiles, hostileValues, optionValues } from './config-inputs.js';
import { contextOf } from './context.js';
import { rarely } from './mutations.js';
import { target } from './target.js';

type Values = Resolved['values'];

/** So many candidates are drawn: a plan may be longer than anybody waits for. */
const drawn = 4;

/** From values to a folder that is ready for its runs, as a search goes, and once more, as it resumes. */
async function planStudy(given: Values): Promise<void> {
  const named = await withResolvedTask(contextOf({ ...given, dataFolder: 'results/data' }));
  const equipped = { ...named, values: { ...named.values, engine: given.engine ?? 'onnx-cpu' } };
  const shard = equipped.values.shard === null ? null : parseShard(equipped.values.shard);
  const folder = defaultFolder(folderName(studyName(equipped.values), shard));
  const { values } = await withStrategy(equipped, folder);
  const study = studyOf(values);
  const config = configOf(study, values);
  // Shards of many deal out the candidates of all.
  const whole = studyOf({ ...values, shard: null }).plan;
  for (const { arch } of first(whole.candidates())) checkArch(arch, study.task.dimensions);
  for (const spec of first(whole.specs())) void [keyOf(spec), archName(spec.arch)];
  const opening = { folder, config, fresh: false, yes: true, port: named.port };
  await openResultsFolder(opening);
  await openResultsFolder(opening);
  void [titleOf(study), reproducingCommand((await readStoredConfig(folder))!)];
}

function* first<Item>(items: Iterable<Item>): Generator<Item> {
  let count = 0;
  for (const item of items) {
    yield item;
    if ((count += 1) === drawn) return;
  }
}

const configurationFile = target({
  name: 'configuration file',
  share: 25,
  inputs: configFiles,
  lay: (bytes) => writeFileSync('study.yaml', bytes),
  async feed() {
    const { values } = await resolveOptions({ command: 'search', flags: { config: 'study.yaml' }, environment: {} });
    await planStudy(values);
    if ('polluted' in {}) throw new Error('a key of the file became one of every object');
  },
  least: { accepted: 0.15, refused: 0.3 },
});

interface CommandLine {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const commands: readonly CommandName[] = [
  ...(['search', 'search', 'search', 'train', 'reproduce', 'import', 'merge'] as const),
  ...(['frontier show', 'frontier compare', 'frontier trend', 'data list', 'doctor'] as const),
];
const usualTexts: Readonly<Record<string, readonly string[]>> = {
  ...{ device: ['cpu', 'auto'], devices: ['0', '0,1'], maxTime: ['1h', '1.5h', '45s', `${'9'.repeat(400)}h`] },
  ...{ skip: ['40', '784'], bottleneck: ['8'], depth: ['2'], interval: ['1M..8M'], at: ['2M'], level: ['0.9'] },
  ...{ format: ['markdown'], axis: ['log'], logLevel: ['info'], resamples: ['100'], replicate: ['0'], pack: ['2'] },
  ...{ noiseStd: ['0.1'], reference: ['20'], workers: ['2'], column: ['skip_width=x'], set: ['epochs=2'] },
};

const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  if (typeof value === 'string' || typeof value === 'bigint') return `${value}`;
  return shown(value);
};
const noise = hostileValues.map(textOf);

function textsOf(key: OptionKey, usual: Readonly<Record<string, unknown>>): fc.Arbitrary<string> {
  const known = usual[key] === undefined ? (usualTexts[key] ?? ['1']) : [textOf(usual[key])];
  return rarely(fc.constantFrom(...known), noise, 12);
}

const commandLines: fc.Arbitrary<CommandLine> = fc
  .tuple(fc.constantFrom(...commands), optionValues(1000))
  .chain(([command, usual]) => {
    const rows = optionsOf(command).filter(({ flag }) => flag !== undefined);
    // Mostly those with a usual value, so that a search becomes a plan.
    const chosen = fc.shuffledSubarray([...rows], { maxLength: Math.min(5, rows.length) });
    return chosen.chain((some) =>
      fc
        .tuple(
          fc.tuple(...some.map(({ key }) => textsOf(key, usual))),
          fc.array(fc.boolean(), { minLength: some.length, maxLength: some.length }),
          fc.array(rarely(fc.constantFrom('a', 'b'), noise, 8), { maxLength: 1 }),
        )
        .map(([texts, inEnvironment, words]): CommandLine => {
          const environment: Record<string, string> = {};
          const line: string[] = [...command.split(' '), ...(command === 'search' ? [] : words)];
          for (const [index, { key, flag }] of some.entries()) {
            const name = environmentName(key);
            const text = texts[index] as string;
            if (key === 'config') continue;
            if (inEnvironment[index] && name !== null) environment[name] = text;
            else if (flag!.includes('<')) line.push(`${flag!.split(' ')[0]!}=${text}`);
            else line.push(flag!);
          }
          return { words: line, environment };
        }),
    );
  });

const commandLine = target<CommandLine>({
  name: 'command line and environment',
  share: 15,
  inputs: commandLines,
  async feed({ words, environment }) {
    const { row, flags } = await parsed(words);
    const { values } = await resolveOptions({ command: row.name, flags, environment });
    if (row.name === 'search') await planStudy(values);
  },
  least: { accepted: 0.3, refused: 0.15 },
});

/** What commander makes of it; its own errors are refusals of one line. */
async function parsed(words: readonly string[]): Promise<Call> {
  let call: Call | null = null;
  try {
    await buildProgram((called) => {
      call = called;
      return Promise.resolve();
    }).parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UserError('expected a command line, got another');
    throw error;
  }
  return call!;
}

export const configTargets = [configurationFile, commandLine];
