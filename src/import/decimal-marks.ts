/**
 * Numbers as spreadsheets write them where the comma is the decimal mark, and semicolons or tabs divide the cells.
 *
 * `1,234` and `1.234` may each be a number between 1 and 2 or one above a thousand, and no cell tells by itself. So one mark must
 * do for the whole file, and where it was only seen in such numbers, they are refused.
 */
import type { Problems } from './problems.js';

/** Turns numbers with a decimal comma into numbers with a decimal point, and remembers what was ambiguous. */
export interface DecimalMarks {
  /**
   * The text of a cell of numbers with a decimal point.
   * @param isValue whether a text is a value of the cell's field
   */
  plain(text: string, isValue: (text: string) => boolean, place: Place): string;
  /** Reports what is ambiguous, once all was read. */
  report(problems: Problems): void;
}

/** Says where in a file a cell is. */
export interface Place {
  readonly line: number;
  /** Of the column, in the file. */
  readonly label: string;
}

/** Leaves numbers as they are: where commas divide the cells, a point is the only decimal mark. */
export const pointsAlone: DecimalMarks = { plain: (text) => text, report: () => undefined };

type Mark = '.' | ',';

const shapeOf: Readonly<Record<Mark, RegExp>> = {
  '.': /^[+-]?(\d+\.\d*|\.\d+)(e[+-]?\d+)?$/i,
  ',': /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i,
};
/** One to three digits, the first no zero, and three more: thousands are written so. */
const likeThousands = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;

interface Marked extends Place {
  readonly text: string;
  readonly mark: Mark;
}

/** Makes the marks of one file. */
export function decimalMarks(): DecimalMarks {
  /** The first numbers in which each can only be the decimal mark. */
  const sure = new Map<Mark, Marked>();
  const ambiguous: Marked[] = [];
  return {
    plain(text, isValue, place) {
      const mark = (['.', ','] as const).find((one) => shapeOf[one].test(text));
      const plain = text.replace(',', '.');
      // What is no value stays as it was written, for the message that says so.
      if (mark === undefined || !isValue(plain)) return text;
      if (likeThousands.test(text) && isValue(withoutMark(text))) ambiguous.push({ ...place, text, mark });
      else if (!sure.has(mark)) sure.set(mark, { ...place, text, mark });
      return plain;
    },
    report(problems) {
      const [first, second] = [...sure.values()];
      if (first !== undefined && second !== undefined) return problems.add(second.line, mixedText(second, first));
      for (const one of ambiguous) {
        if (first?.mark === one.mark) continue;
        problems.add(one.line, first === undefined ? ambiguousText(one) : mixedText(one, first));
      }
    },
  };
}

function withoutMark(text: string): string {
  return text.replace(/[.,]/, '');
}

const advice = 'save the file with one decimal mark, and without thousands separators';

function mixedText({ label, text }: Marked, other: Marked): string {
  return `${label}: expected '${other.mark}' as decimal mark, as on line ${other.line}, got '${text}'; ${advice}`;
}

function ambiguousText({ label, text }: Marked): string {
  return (
    `${label}: expected a number that can be read in one way, got '${text}', which may be ${text.replace(',', '.')} ` +
    `or ${withoutMark(text)}; ${advice}`
  );
}
