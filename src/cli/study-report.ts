/** What a results folder says of a study: its tables, plots and page. The same runs give the same files. */
import type { StoredConfig } from '../config/stored.js';
import { bestUnderBudget } from '../frontier/budget.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { frontierDocument } from '../report/document.js';
import { renderBudgetTable } from '../report/text.js';
import { writeReport } from '../report/write-report.js';
import type { Run } from '../run/run.js';
import type { CommandContext } from './context.js';
import { reproducingCommand } from './results-folder.js';
import type { Study } from './study.js';

/** Of the whole study or of a shard. */
export interface ReportedStudy {
  readonly study: Study;
  /** In plan order. */
  readonly runs: readonly Run[];
  readonly folder: string;
  readonly config: StoredConfig;
}

export async function writeStudyReport({ study, runs, folder, config }: ReportedStudy): Promise<Frontier> {
  const { name, dimensions, trainingImages } = study.task;
  const { count } = study.request.setting;
  const frontier = traceFrontier(runs, { task: name, dimensions, count, trainingImages });
  await writeReport(folder, {
    runs,
    frontier,
    axis: 'log',
    command: reproducingCommand(config),
    resolvedConfig: config,
  });
  return frontier;
}

/** Prints the best networks under each budget of the study, and where the rest stands. */
export function showFrontier(
  frontier: Frontier,
  { study, folder }: Pick<ReportedStudy, 'study' | 'folder'>,
  { terminal, values }: Pick<CommandContext, 'terminal' | 'values'>,
): void {
  const { count } = study.request.setting;
  const best = study.budget.wanted.map((budgetParams) => bestUnderBudget(frontier.points, { budgetParams, count }));
  if (values.json) {
    terminal.print(JSON.stringify({ ...frontierDocument(frontier), folder, best }, null, 2));
    return;
  }
  for (const comparison of best) terminal.print(renderBudgetTable(comparison, { color: terminal.color }));
  terminal.print(`Results: ${folder}/ (frontier.html, frontier.png, frontier.csv, runs.csv)`);
  terminal.print(`Next: hgmlp frontier show ${folder}`);
}
