/** `hgmlp search`: plan, train what is missing, trace both frontiers, report. */
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { storedConfigOf } from '../config/stored.js';
import { engineRow } from '../engine/engines.js';
import { workforceFor } from '../execute/workforce.js';
import { bestUnderBudget } from '../frontier/budget.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { frontierDocument } from '../report/document.js';
import { renderBudgetTable } from '../report/text.js';
import { writeReport } from '../report/write-report.js';
import type { Run } from '../run/run.js';
import type { CommandContext } from './context.js';
import { dryRun } from './dry-run.js';
import { withEngine } from './engine.js';
import { defaultFolder, openResultsFolder, reproducingCommand } from './results-folder.js';
import type { PlanSize } from './progress.js';
import { runPlan, sizeOf } from './run-plan.js';
import { studyName, studyOf, type Study } from './study.js';
import { withResolvedTask } from './task.js';

export async function searchCommand(given: CommandContext): Promise<ExitCode> {
  const withTask = await withResolvedTask(given);
  const folder = withTask.values.out ?? defaultFolder(studyName(withTask.values));
  const context = await withEngine(withTask, folder);
  const { values, terminal } = context;
  const study = studyOf(values);
  const { learningRates, replicates } = study.training;
  const runsOfArch = learningRates.length * replicates;
  const workforce = await workforceFor(engineRow(values.engine!), { ...values, runsOfArch });
  if (values.dryRun) return dryRun(study, workforce, context);

  const config = storedConfigOf({
    ...values,
    // Defaults that follow from the task are stored as what they were, so that a resumed search may add to them.
    ...study.training.recipe,
    learningRates: study.training.learningRates,
    count: study.request.setting.count,
    name: studyName(values),
  });
  const size = countSpecs(study);
  await openData(study, values.dataFolder);
  await openResultsFolder({ folder, config, fresh: values.fresh!, yes: values.yes!, terminal });

  const what = `${study.task.name}, budget ${study.budget.text}`;
  const plan = { size: () => size, what, task: study.task, specs: study.specs() };
  const result = await runPlan(plan, { folder, workforce, context });
  if (result.exitCode === exitCodes.stoppedResumable) return result.exitCode;
  await report(study, result.runs, { folder, config, context });
  return result.exitCode;
}

/** A task whose data cannot be read is refused before anything is written. */
async function openData({ task }: Study, folder: string | null): Promise<void> {
  const { openTask } = await import('../data/task-data.js');
  await openTask(task.name, { folder: folder ?? undefined });
}

function countSpecs(study: Study): PlanSize {
  const size = sizeOf(study.specs(), study.task);
  if (size.runs === 0)
    throw new UserError('the plan is empty: expected at least one candidate; widen the budget or the space');
  return size;
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
  await writeReport(folder, {
    runs,
    frontier,
    axis: 'log',
    command: reproducingCommand(config),
    resolvedConfig: config,
  });
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
