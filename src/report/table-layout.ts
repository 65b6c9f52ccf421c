/**
 * A table as lines for a terminal, without frames. Where it is wider than the terminal, its texts are broken between
 * words; where that is not enough, it is divided into tables one above the other, each with the columns that name a row;
 * and where not even one column fits beside those, each row becomes a list. Nothing is left out, and no word is broken.
 */
import { padded, widthOfWidest, wrapWords } from '../base/width.js';
import type { TextTable } from './tables.js';

const gap = '  ';

interface LayoutColumn {
  readonly header: string;
  readonly alignment: 'left' | 'right';
  readonly cells: readonly string[];
}

/**
 * Lays a table out as lines for a terminal of so many columns.
 * @param bold how a header is set off; it may add no width
 */
export function layOut(table: TextTable, columns: number, bold: (text: string) => string): string[] {
  const all = table.headers.map((header, index): LayoutColumn => {
    return { header, alignment: table.alignments[index]!, cells: table.rows.map((row) => row[index]!) };
  });
  if (totalWidth(all.map(narrowest)) <= columns) return gridLines(all, columns, bold);
  const keys = keysOf(all);
  const parts = divided(keys, all.slice(keys.length), columns);
  if (parts === null) return listLines(all, columns, bold);
  return parts.flatMap((part, index) => [...(index === 0 ? [] : ['']), ...gridLines(part, columns, bold)]);
}

/** What a row is of: the first texts, such as shape and architecture. */
function keysOf(all: readonly LayoutColumn[]): readonly LayoutColumn[] {
  return all.slice(0, all[1]?.alignment === 'left' ? 2 : 1);
}

/** As wide as its widest cell and the longest word of its header, which is broken into lines. */
function natural({ header, cells }: LayoutColumn): number {
  return Math.max(widthOfWidest(cells), widthOfWidest(header.split(' ')));
}

/** Texts may be broken between words; numbers, which stand on the right, stay whole. */
function narrowest(column: LayoutColumn): number {
  if (column.alignment === 'right') return natural(column);
  return Math.max(...[column.header, ...column.cells].map((text) => widthOfWidest(text.split(' '))));
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1);
}

/** As many columns in each part as fit beside the keys; null where one does not. */
function divided(
  keys: readonly LayoutColumn[],
  others: readonly LayoutColumn[],
  columns: number,
): LayoutColumn[][] | null {
  const parts: LayoutColumn[][] = [];
  for (const column of others) {
    const wider = [...(parts.at(-1) ?? keys), column];
    if (parts.length > 0 && totalWidth(wider.map(narrowest)) <= columns) parts[parts.length - 1] = wider;
    else parts.push([...keys, column]);
  }
  return parts.length > 0 && parts.every((part) => totalWidth(part.map(narrowest)) <= columns) ? parts : null;
}

function gridLines(all: readonly LayoutColumn[], columns: number, bold: (text: string) => string): string[] {
  const fitted = fittedColumns(all, columns);
  const rowLines = (textOf: (column: FittedColumn) => string, styled: (text: string) => string) => {
    const cells = fitted.map((column) => ({ ...column, lines: wrapWords(textOf(column), column.width) }));
    const height = Math.max(...cells.map(({ lines }) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map(({ lines, width, alignment }) => {
          const text = lines[line] ?? '';
          return padded(text === '' ? '' : styled(text), width, alignment);
        })
        .join(gap)
        .trimEnd(),
    );
  };
  const headerLines = rowLines(({ header }) => header, bold);
  const rows = (all[0]?.cells ?? []).flatMap((_, row) =>
    rowLines(
      ({ cells }) => cells[row]!,
      (text) => text,
    ),
  );
  return [...headerLines, ...rows];
}

interface FittedColumn extends LayoutColumn {
  width: number;
}

/** The columns at their natural widths, of which the widest texts give way until all fits. */
function fittedColumns(all: readonly LayoutColumn[], columns: number): readonly FittedColumn[] {
  const fitted = all.map((column) => ({ ...column, width: natural(column), least: narrowest(column) }));
  for (let excess = totalWidth(fitted.map(({ width }) => width)) - columns; excess > 0; excess -= 1) {
    const yielding = fitted.filter(({ width, least }) => width > least);
    if (yielding.length === 0) break;
    const widest = yielding.reduce((most, column) => (column.width > most.width ? column : most));
    widest.width -= 1;
  }
  return fitted;
}

/** A line for each cell, `Learning rate: 0.001`; an empty line between rows. */
function listLines(all: readonly LayoutColumn[], columns: number, bold: (text: string) => string): string[] {
  return (all[0]?.cells ?? []).flatMap((_, row) => {
    const filled = all.filter(({ cells }) => cells[row] !== '');
    const lines = filled.flatMap(({ header, cells }) => wrapWords(`${bold(header)}: ${cells[row]!}`, columns));
    return row === 0 ? lines : ['', ...lines];
  });
}
