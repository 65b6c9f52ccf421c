/** Columns that grow cell by cell, in pieces of typed arrays, so that a table takes 8 to 12 bytes for each cell. */
import { commaNumberOf, isInfiniteText, isMissingText, numberOf } from './cells.js';
import { noText, unkeptText, type TableColumn } from './table.js';

/** Is a column to which cells are added. */
export interface GrowingColumn {
  /** Adds the text of the next row's cell, without space around it. */
  add(text: string): void;
  /** Joins the pieces; to be called once. */
  finish(): TableColumn;
}

/** Says how the cells of a column are read. */
export interface ColumnReading {
  readonly name: string;
  readonly position: number;
  /** Take every text as it is, also one that spells a number. */
  readonly textOnly: boolean;
  readonly decimalMark: '.' | ',';
  /** How many cells a piece has. */
  readonly pieceRows: number;
  /** The most different texts that are kept of this column. */
  readonly mostTexts: number;
  /** How many are kept of this column in any case. */
  readonly leastTexts: number;
  /** How many more are kept of all columns together. */
  readonly budget: { texts: number };
}

/** Gives the number of rows of a piece, so that one piece of every column takes at most 50 MB. */
export function pieceRowsOf(columns: number): number {
  return Math.min(Math.max(Math.floor(2 ** 22 / columns), 16), 2 ** 16);
}

/** Marks, among the codes of a dictionary, a text that stands for an infinite number. */
const infiniteText = -3;

/** Opens a column without rows. */
export function openColumn(reading: ColumnReading): GrowingColumn {
  const { name, position, textOnly, decimalMark, pieceRows } = reading;
  const dictionary = openDictionary(reading);
  const read = decimalMark === '.' ? numberOf : commaNumberOf;
  const numbers: Float64Array[] = [];
  const codes: (Int32Array | null)[] = [];
  const counts = { finite: 0, infinite: 0, texts: 0, missing: 0 };
  let numberPiece = new Float64Array(0);
  let codePiece: Int32Array | null = null;
  let at = pieceRows;
  let rows = 0;

  function nextPiece(): void {
    if (!textOnly) numbers.push((numberPiece = new Float64Array(pieceRows)));
    codes.push((codePiece = null));
    at = 0;
  }

  function putNumber(value: number): void {
    numberPiece[at] = value;
    if (value - value === 0) counts.finite += 1;
    else counts.infinite += 1;
  }

  function putText(text: string): void {
    const code = dictionary.codeOf(text);
    if (code === infiniteText && !textOnly) return putNumber(text.startsWith('-') ? -Infinity : Infinity);
    if (!textOnly) numberPiece[at] = NaN;
    if (code === noText) return void (counts.missing += 1);
    counts.texts += 1;
    codePiece ??= codes[codes.length - 1] = new Int32Array(pieceRows).fill(noText);
    codePiece[at] = code;
  }

  return {
    add(text) {
      if (at === pieceRows) nextPiece();
      const value = textOnly ? NaN : read(text);
      if (value === value) putNumber(value);
      else putText(text);
      at += 1;
      rows += 1;
    },
    finish: () => ({
      name,
      position,
      numbers: textOnly ? null : joined(numbers, rows, pieceRows),
      codes: counts.texts === 0 ? null : joinedCodes(codes, rows, pieceRows),
      texts: dictionary.texts,
      counts,
      hasUnkept: dictionary.hasUnkept(),
    }),
  };
}

function openDictionary({ textOnly, mostTexts, leastTexts, budget }: ColumnReading) {
  const known = new Map<string, number>();
  const texts: string[] = [];
  let hasUnkept = false;

  function learn(text: string): number {
    if (isMissingText(text)) return noText;
    if (!textOnly && isInfiniteText(text)) return infiniteText;
    if (texts.length >= (budget.texts > 0 ? mostTexts : leastTexts)) {
      hasUnkept = true;
      return unkeptText;
    }
    budget.texts -= 1;
    // A cell is a part of a longer text, which would be kept with it.
    const copy = Buffer.from(text).toString();
    known.set(copy, texts.length);
    return texts.push(copy) - 1;
  }

  return { texts, hasUnkept: () => hasUnkept, codeOf: (text: string) => known.get(text) ?? learn(text) };
}

function joined(pieces: Float64Array[], rows: number, pieceRows: number): Float64Array {
  const all = new Float64Array(rows);
  // A piece is let go as soon as it is copied.
  for (let start = 0; pieces.length > 0; start += pieceRows) {
    all.set(pieces.shift()!.subarray(0, rows - start), start);
  }
  return all;
}

function joinedCodes(pieces: (Int32Array | null)[], rows: number, pieceRows: number): Int32Array {
  const all = new Int32Array(rows).fill(noText);
  for (let start = 0; pieces.length > 0; start += pieceRows) {
    const piece = pieces.shift();
    if (piece) all.set(piece.subarray(0, rows - start), start);
  }
  return all;
}
