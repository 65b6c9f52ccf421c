/** What a command prints of a study once its frontier is traced. */
import { asWord, shellLine } from '../../base/shell-line.js';
import { bestUnderBudget } from '../../frontier/budget.js';
import { renderBudgetTable, terminalText } from '../../report/text.js';
import { notesOf, studyDocument, type ReportedStudy, type StudyReport } from '../../study/report.js';
import type { CommandContext } from '../context.js';

/** Says in which folder the results stand, and the names of the main files. */
export function resultsLine(folder: string): string {
  return `Results: ${folder}/ (frontier.html, frontier.png, frontier.csv, runs.csv)`;
}

/** Says which command shows the results of a folder. */
export function nextLine(folder: string): string {
  return `Next: ${shellLine(['hgmlp', 'frontier', 'show', asWord(folder)])}`;
}

/** Prints the best networks under each budget of the study, and where the rest stands. */
export function showFrontier(
  report: StudyReport,
  place: Pick<ReportedStudy, 'study' | 'folder'>,
  context: Pick<CommandContext, 'terminal' | 'values'>,
): void {
  printFrontier(report, place, context);
  for (const message of report.plan?.messages ?? []) context.terminal.say(message);
}

function printFrontier(
  report: StudyReport,
  { study, folder }: Pick<ReportedStudy, 'study' | 'folder'>,
  { terminal, values }: Pick<CommandContext, 'terminal' | 'values'>,
): void {
  const { frontier, plan } = report;
  const { size: axis } = study.request.setting;
  const best = study.budget.wanted.map((budgetSize) => bestUnderBudget(frontier.points, { budgetSize, axis }));
  if (values.json) {
    terminal.print(JSON.stringify({ ...studyDocument(report), folder, best }, null, 2));
    return;
  }
  for (const comparison of best) {
    if (Object.keys(comparison.best).length > 0) terminal.print(renderBudgetTable(comparison, frontier, terminal));
  }
  const notes = notesOf(report);
  const sentences = [...notes.progress, ...notes.effort];
  if (sentences.length > 0) terminal.print(terminalText(sentences, terminal));
  for (const line of plan?.nextLines(folder) ?? []) terminal.print(line);
  terminal.print(terminalText([resultsLine(folder)], terminal));
  terminal.print(nextLine(folder));
}
