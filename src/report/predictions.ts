/** What the best networks predict for the first test rows, as one table of a page. */
import type { SampleRows } from '../run/sample-rows.js';
import { networkText } from './numbers.js';
import type { SeriesPredictions } from './samples.js';
import type { TextTable } from './tables.js';

/** Sets targets and predictions beside each other, a row for each test row; null where nothing is known. */
export function predictionsTable(all: readonly SeriesPredictions[]): TextTable | null {
  const [first] = all;
  if (first === undefined) return null;
  // Networks of one task are tested on the same rows; a file that says otherwise is none of this task.
  const alike = all.filter(({ rows }) => sameTargets(rows, first.rows));
  const { targets } = first.rows;
  const headers = [
    ...targets.map((name) => `Target ${name}`),
    ...alike.flatMap(({ run, ...series }) => {
      const network = networkText(series, run.spec.arch);
      return targets.map((name) => (targets.length > 1 ? `${network}: ${name}` : network));
    }),
  ];
  return {
    headers,
    alignments: headers.map(() => 'right'),
    rows: first.rows.rows.map(({ target }, row) => [
      ...target,
      ...alike.flatMap(({ rows }) => rows.rows[row]?.prediction ?? targets.map(() => '')),
    ]),
  };
}

function sameTargets(one: SampleRows, other: SampleRows): boolean {
  const targetsOf = ({ targets, rows }: SampleRows) => JSON.stringify([targets, rows.map(({ target }) => target)]);
  return targetsOf(one) === targetsOf(other);
}
