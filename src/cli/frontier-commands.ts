/** `hgmlp frontier show` and `hgmlp frontier plot`: read a results folder, trace its frontier, report it. */
import type { CountedParams } from '../arch/arch.js';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { readStoredConfig, type StoredConfig } from '../config/stored.js';
import { findTask } from '../data/tasks.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { frontierDocument } from '../report/document.js';
import { frontierMarkdown, renderFrontierTable } from '../report/text.js';
import { writePlots } from '../report/write-report.js';
import { readRunLog } from '../run/log.js';
import type { Run } from '../run/run.js';
import type { CommandContext } from './context.js';
import { findResultsFolder, reproducingCommand } from './results-folder.js';

interface Loaded {
  readonly folder: string;
  readonly config: StoredConfig;
  readonly runs: readonly Run[];
  readonly frontier: Frontier;
}

export async function frontierShowCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal } = context;
  const { frontier } = await load(context);
  if (values.json) terminal.print(JSON.stringify(frontierDocument(frontier), null, 2));
  else if (values.format === 'markdown') terminal.print(frontierMarkdown(frontier).trimEnd());
  else terminal.print(renderFrontierTable(frontier, { color: terminal.color }));
  return exitCodes.done;
}

export async function frontierPlotCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal } = context;
  const { folder, config, runs, frontier } = await load(context);
  const files = await writePlots(folder, {
    frontier,
    runs,
    axis: values.axis!,
    command: reproducingCommand,
    resolvedConfig: config,
  });
  if (values.json) terminal.print(JSON.stringify({ schemaVersion: 1, folder, files }, null, 2));
  else for (const file of files) terminal.print(file);
  return exitCodes.done;
}

async function load({ words, values, terminal }: CommandContext): Promise<Loaded> {
  const folder = await findResultsFolder(words[0]);
  if (words[0] === undefined) terminal.say(`the latest results: ${folder}`);
  const config = (await readStoredConfig(folder))!;
  const { runs: byKey, problems } = await readRunLog(folder);
  for (const problem of problems) terminal.say(`run log: ${problem}`);
  const runs = [...byKey.values()];
  if (runs.length === 0)
    throw new UserError(`${folder}: expected finished runs, got none yet; run 'hgmlp search' with --out ${folder}`);
  const task = findTask(runs[0]!.spec.task);
  const count = (values.count ?? config.count ?? 'trainable') as CountedParams;
  const { dimensions, trainingImages } = task;
  return {
    folder,
    config,
    runs,
    frontier: traceFrontier(runs, { task: task.name, dimensions, count, trainingImages }),
  };
}
