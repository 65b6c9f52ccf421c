/** The summary of a step of a GitHub job: a file of Markdown that the runner names and shows on the job's page. */
import { appendFile } from 'node:fs/promises';
import { fileError } from '../../base/files.js';

/** Names the variable of the environment that holds the path of the file. */
export const stepSummaryVariable = 'GITHUB_STEP_SUMMARY';

/** Appends Markdown to the summary, where the environment names one. Throws a UserError where that is refused. */
export async function appendStepSummary(markdown: string): Promise<void> {
  const file = process.env[stepSummaryVariable];
  if (!file) return;
  try {
    // Earlier steps may have left a line without its end.
    await appendFile(file, `\n${markdown}`);
  } catch (error) {
    throw fileError(error, `append the summary of ${stepSummaryVariable} to`, file);
  }
}
