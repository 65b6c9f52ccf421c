/** What an import tells: lines for people, a document for programs. */
import { counted, formatExactCount } from '../../base/numbers.js';
import { metricOf } from '../../run/metrics.js';
import { isMeasured } from '../../frontier/point.js';
import type { ImportedFile } from '../../import/import-file.js';
import { leftOutText } from '../../import/left-out.js';
import { terminalText, type TextOptions } from '../../report/text.js';
import type { ImportOutcome } from '../../study/import-runs.js';
import { parameterRange, type ImportedStudy } from '../../study/import-folder.js';
import { nextLine, resultsLine } from './frontier.js';

interface Mode {
  readonly dryRun: boolean;
}

/** Writes a line or two for each folder, then what was left out. */
export function* importLines(
  outcomes: readonly ImportOutcome[],
  { leftOut }: ImportedFile,
  { dryRun }: Mode,
  options: Pick<TextOptions, 'width'>,
): Generator<string> {
  const fitting = (text: string) => terminalText([text], options);
  for (const { study, standing } of outcomes) {
    const { folder, frontier } = study;
    yield fitting(`${frontier.task}: ${whatRuns(study)}`);
    if (standing === 'same') yield fitting(`  ${folder}/ holds them already: nothing is new`);
    else if (dryRun)
      yield fitting(`  would go to ${folder}/${standing === 'other' ? ', which holds other results' : ''}`);
    else yield fitting(`  ${resultsLine(folder)}`);
  }
  for (const lines of leftOut) yield fitting(`left out: ${leftOutText(lines)}`);
  if (!dryRun) yield nextLine(outcomes[0]!.study.folder);
}

function whatRuns({ runs, frontier }: ImportedStudy): string {
  const { lowest, highest } = parameterRange(frontier);
  const ended = (['diverged', 'failed'] as const)
    .map((state) => [state, runs.filter((run) => run.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => ` (${formatExactCount(count)} ${state})`);
  const onFrontier = frontier.points.filter((point) => point.onFrontier).length;
  const { label } = metricOf(frontier.metrics[0]);
  const sets = frontier.onlySet === null ? `${label} on validation and test` : `${label} on ${frontier.onlySet} alone`;
  const measured = frontier.points.some(isMeasured) ? sets : `no ${label}`;
  return (
    `${counted(runs.length, 'run')}${ended.join('')} of ${counted(frontier.points.length, 'architecture')}, ` +
    `${formatExactCount(lowest)} to ${formatExactCount(highest)} trainable parameters, ${measured}; ` +
    `${formatExactCount(onFrontier)} on the frontiers`
  );
}

/** Makes plain data of an import, ready for `JSON.stringify`. */
export function importDocument(
  outcomes: readonly ImportOutcome[],
  { source, sha256, unfinished, leftOut, columns, unread }: ImportedFile,
  { dryRun }: Mode,
) {
  return {
    schemaVersion: 1,
    file: source,
    sha256,
    dryRun,
    columns: Object.fromEntries(columns),
    unreadColumns: unread,
    unfinishedRuns: unfinished,
    leftOut,
    imports: outcomes.map(({ study: { folder, runs, frontier }, standing }) => ({
      task: frontier.task,
      folder,
      /** Whether something was written, or would be. */
      isNew: standing !== 'same',
      runs: runs.length,
      diverged: runs.filter((run) => run.state === 'diverged').length,
      failed: runs.filter((run) => run.state === 'failed').length,
      architectures: frontier.points.length,
      frontierPoints: frontier.points.filter((point) => point.onFrontier).length,
      onlySet: frontier.onlySet,
      params: parameterRange(frontier),
    })),
  };
}
