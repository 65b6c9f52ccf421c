/** A prepared table as text for a terminal. */
import { counted, formatExactCount } from '../../base/numbers.js';
import { shown } from '../../base/shown.js';
import { shortNumber } from '../../data/table/inputs.js';
import type { PreparedColumn } from '../../data/table/describe-columns.js';
import type { PreparedTable } from '../../data/table/prepare-table.js';
import { partNames } from '../../data/table/split-rows.js';
import { left, right, tableOf } from '../../report/tables.js';
import { terminalTable, terminalText, type TextOptions } from '../../report/text.js';

const mostColumns = 200;
const mostNotes = 40;

/** Renders what a user looks at before training: rows, target, parts, columns and notes. */
export function renderPreparedTable(prepared: PreparedTable, options: TextOptions): string {
  const { rows, parts, columns, inputWidth, notes } = prepared;
  const split = partNames.map((part) => `${formatExactCount(parts[part].length)} ${part}`).join(', ');
  const table = tableOf(columns.slice(0, mostColumns), [
    left('column', ({ name }: PreparedColumn) => name),
    left('kind', ({ role, kind }) => (role === 'target' ? `target, ${kind}` : role === 'split' ? role : (kind ?? '-'))),
    left('values', ({ values }) => values),
    right('missing', ({ missing }) => formatExactCount(missing)),
    right('width', ({ width }) => String(width)),
    left('what is done', ({ done }) => done),
  ]);
  const more = columns.length - mostColumns;
  return terminalText(
    [
      `rows    ${formatExactCount(rows)}: ${split}`,
      `target  ${targetText(prepared)}`,
      `inputs  ${formatExactCount(inputWidth)}`,
      '',
      terminalTable(table, options),
      ...(more > 0 ? [`and ${counted(more, 'more column')} (--json lists all)`] : []),
      ...(notes.length === 0 ? [] : ['', ...notes.slice(0, mostNotes).map((note) => `- ${note}`)]),
      ...(notes.length > mostNotes ? [`and ${counted(notes.length - mostNotes, 'more note')} (--json has all)`] : []),
    ],
    options,
  );
}

function targetText({ kind, targetNames, scales, classes }: PreparedTable): string {
  const names = listed(targetNames, 8);
  if (classes !== null) return `${names}: ${kind}, ${classes.length} classes (${listed(classes.map(shown), 6)})`;
  const [scale, ...others] = scales ?? [];
  if (scale === undefined || others.length > 0) return `${names}: ${kind}`;
  return `${names}: ${kind}, mean ${shortNumber(scale.mean)}, standard deviation ${shortNumber(scale.deviation)} (training rows)`;
}

function listed(names: readonly string[], most: number): string {
  return `${names.slice(0, most).join(', ')}${names.length > most ? ' …' : ''}`;
}
