/** `hgmlp search`: plan, train what is missing, trace both frontiers, report. */
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { storedConfigOf } from '../config/stored.js';
import { defaultWorkers, openPool } from '../execute/pool.js';
import { bestUnderBudget } from '../frontier/budget.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { frontierDocument } from '../report/document.js';
import { renderBudgetTable } from '../report/text.js';
import { writeReport } from '../report/write-report.js';
import { trainingMultiplyAdds } from '../run/cost.js';
import { openRunLog } from '../run/log.js';
import type { Run, RunSpec } from '../run/run.js';
import { search, type SearchResult } from '../search/search.js';
import type { CommandContext } from './context.js';
import { dryRun } from './dry-run.js';
import { watchInterrupts } from './interrupt.js';
import { openProgress } from './progress.js';
import { defaultFolder, openResultsFolder, reproducingCommand } from './results-folder.js';
import { studyName, studyOf, type Study } from './study.js';
import { withResolvedTask } from './task.js';

export async function searchCommand(given: CommandContext): Promise<ExitCode> {
  const context = await withResolvedTask(given);
  const { values, terminal } = context;
  const study = studyOf(values);
  const workers = values.workers ?? defaultWorkers();
  if (values.dryRun) return dryRun(study, { ...context, workers });

  const folder = values.out ?? defaultFolder(studyName(values));
  const config = storedConfigOf({
    ...values,
    // Defaults that follow from the task are stored as what they were, so that a resumed search may add to them.
    ...study.training.recipe,
    learningRates: study.training.learningRates,
    count: study.request.setting.count,
    name: studyName(values),
  });
  const specs = countSpecs(study);
  await openData(study, values.dataFolder);
  await openResultsFolder({ folder, config, fresh: values.fresh!, yes: values.yes!, terminal });

  const result = await runSearch(study, specs, { folder, workers, context });
  const failed = result.runs.filter((run) => run.state === 'failed');
  for (const run of failed.slice(0, 3)) terminal.say(`failed: ${run.key}: ${run.state === 'failed' ? run.reason : ''}`);
  if (result.stopped) {
    terminal.say(
      `Stopped with ${result.runs.length} of ${specs.runs} runs done. Resume with:\n  ${resumeCommand(context, folder)}`,
    );
    return exitCodes.stoppedResumable;
  }
  await report(study, result.runs, { folder, config, context });
  return failed.length > 0 ? exitCodes.someRunsFailed : exitCodes.done;
}

/** A task whose data cannot be read is refused before anything is written. */
async function openData({ task }: Study, folder: string | null): Promise<void> {
  const { openTask } = await import('../data/task-data.js');
  await openTask(task.name, { folder: folder ?? undefined });
}

interface SpecCount {
  readonly runs: number;
  readonly work: number;
}

function countSpecs(study: Study): SpecCount {
  let runs = 0;
  let work = 0;
  for (const spec of study.specs()) {
    runs += 1;
    work += workOf(study, spec);
  }
  if (runs === 0)
    throw new UserError('the plan is empty: expected at least one candidate; widen the budget or the space');
  return { runs, work };
}

function workOf({ task }: Study, spec: RunSpec): number {
  return trainingMultiplyAdds(spec, task.dimensions, task.trainingImages);
}

interface SearchSetting {
  readonly folder: string;
  readonly workers: number;
  readonly context: CommandContext;
}

async function runSearch(
  study: Study,
  specs: SpecCount,
  { folder, workers, context }: SearchSetting,
): Promise<SearchResult> {
  const { values, terminal } = context;
  const log = await openRunLog(folder);
  for (const problem of log.problems) terminal.say(`run log: ${problem}`);
  const inLog = log.runs.size === 0 ? '' : ` (the log holds ${log.runs.size})`;
  terminal.say(
    `${study.task.name}, budget ${study.budget.text}: ${specs.runs} runs${inLog} with ${workers} workers into ${folder}`,
  );
  const progress = openProgress({
    terminal,
    quiet: values.quiet!,
    totalRuns: specs.runs,
    totalWork: specs.work,
    workOf: (spec) => workOf(study, spec),
    imagesPerEpoch: ({ recipe }) => study.task.trainingImages * recipe.flips,
  });
  const pool = openPool({ workers, ...(values.dataFolder !== null && { dataFolder: values.dataFolder }) });
  const interrupt = watchInterrupts(() => {
    progress.stop();
    terminal.say('Stopping; everything finished is saved. Once more to quit at once.');
  });
  try {
    return await search({
      specs: study.specs(),
      known: log.runs,
      train: pool.train,
      record: log.append,
      concurrency: workers,
      signal: interrupt.signal,
      onEvent(event) {
        context.logger.debug(event, event.type);
        progress.onEvent(event);
      },
    });
  } finally {
    progress.stop();
    await pool.close();
    await log.close();
    interrupt.release();
  }
}

interface ReportSetting {
  readonly folder: string;
  readonly config: ReturnType<typeof storedConfigOf>;
  readonly context: CommandContext;
}

async function report(study: Study, runs: readonly Run[], { folder, config, context }: ReportSetting): Promise<void> {
  const { task, budget, request } = study;
  const { terminal, values } = context;
  const { count } = request.setting;
  const frontier = traceFrontier(runs, {
    task: task.name,
    dimensions: task.dimensions,
    count,
    trainingImages: task.trainingImages,
  });
  await writeReport(folder, { runs, frontier, axis: 'log', command: reproducingCommand, resolvedConfig: config });
  const comparisons = budget.wanted.map((budgetParams) => bestUnderBudget(frontier.points, { budgetParams, count }));
  if (values.json) {
    terminal.print(JSON.stringify(searchDocument(folder, frontier, comparisons), null, 2));
    return;
  }
  for (const comparison of comparisons) terminal.print(renderBudgetTable(comparison, { color: terminal.color }));
  terminal.print(`Results: ${folder}/ (frontier.html, frontier.png, frontier.csv, runs.csv)`);
  terminal.print(`Next: hgmlp frontier show ${folder}`);
}

function searchDocument(folder: string, frontier: Frontier, best: ReturnType<typeof bestUnderBudget>[]) {
  return { ...frontierDocument(frontier), folder, best };
}

/** The command as it was typed, with the folder said. */
function resumeCommand({ commandLine }: CommandContext, folder: string): string {
  const withoutFresh = commandLine.filter((word) => word !== '--fresh');
  const words = withoutFresh.some((word) => word === '--out' || word.startsWith('--out='))
    ? withoutFresh
    : [...withoutFresh, '--out', folder];
  return ['hgmlp', ...words]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
