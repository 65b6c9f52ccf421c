/**
 * Numbers as spreadsheets write them where the comma is the decimal mark, and semicolons or tabs divide the cells.
 *
 * `1,234` may be a number between 1 and 2 or one above a thousand, and no cell tells by itself. So one mark must do for the
 * whole file, and where a comma was only seen in such numbers, they are refused.
 */
import type { Problems } from './problems.js';

export interface DecimalMarks {
  /**
   * The text of a cell of numbers with a decimal point.
   * @param isValue whether a text is a value of the cell's field
   */
  plain(text: string, isValue: (text: string) => boolean, place: Place): string;
  /** Reports what is ambiguous, once all was read. */
  report(problems: Problems): void;
}

export interface Place {
  readonly line: number;
  /** Of the column, in the file. */
  readonly label: string;
}

/** For files whose cells are divided by commas: there a point is the only mark. */
export const pointsAlone: DecimalMarks = { plain: (text) => text, report: () => undefined };

const withPoint = /^[+-]?(\d+\.\d*|\.\d+)(e[+-]?\d+)?$/i;
const withComma = /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i;
/** One to three digits, the first no zero, and three more: thousands are written so. */
const likeThousands = /^[+-]?[1-9]\d{0,2},\d{3}$/;

interface Ambiguous extends Place {
  readonly text: string;
}

/** For one file. */
export function decimalMarks(): DecimalMarks {
  let pointLine: number | null = null;
  let commaLine: number | null = null;
  const ambiguous: Ambiguous[] = [];
  return {
    plain(text, isValue, place) {
      if (withPoint.test(text)) pointLine ??= place.line;
      if (!withComma.test(text)) return text;
      const plain = text.replace(',', '.');
      // What is no value stays as it was written, for the message that says so.
      if (!isValue(plain)) return text;
      if (likeThousands.test(text) && isValue(text.replace(',', ''))) ambiguous.push({ ...place, text });
      else commaLine ??= place.line;
      return plain;
    },
    report(problems) {
      if (commaLine !== null && pointLine !== null) {
        problems.add(
          Math.max(commaLine, pointLine),
          `expected one decimal mark in the whole file, got a comma on line ${commaLine} and a point on line ${pointLine}; ` +
            'save it with one of them, and without thousands separators',
        );
      }
      if (commaLine !== null) return;
      for (const { line, label, text } of ambiguous) {
        problems.add(
          line,
          `${label}: expected a number that can be read in one way, got '${text}', which may be ${text.replace(',', '.')} ` +
            `or ${text.replace(',', '')}; save it with a decimal point, and without thousands separators`,
        );
      }
    },
  };
}
