/**
 * A terminal in miniature: what a person sees of what was written to it. It knows the codes that our programs write, and
 * breaks its lines anew when it is resized, as terminals do.
 */
import { EventEmitter } from 'node:events';
import { widthOf } from '../../src/base/width.js';

export interface Screen {
  /** To be handed to what writes to a terminal. */
  readonly stream: NodeJS.WriteStream;
  /** All that was written. */
  written(): string;
  /** What is seen, from above, without the empty rows at the end. */
  rows(): string[];
  resize(columns: number): void;
}

/** A row, and whether the next one goes on with it as it was too long. */
interface Row {
  text: string;
  goesOn: boolean;
}

export function openScreen(columns: number): Screen {
  let rows: Row[] = [{ text: '', goesOn: false }];
  let [row, column, width, all] = [0, 0, columns, ''];
  const rowAt = (place: number) => (rows[place] ??= { text: '', goesOn: false });
  const put = (character: string) => {
    if (column + widthOf(character) > width) {
      rowAt(row).goesOn = true;
      [row, column] = [row + 1, 0];
    }
    const { text } = rowAt(row);
    rowAt(row).text = text.slice(0, column).padEnd(column) + character + text.slice(column + 1);
    column += widthOf(character);
  };
  const code = (count: string, name: string) => {
    const number = count === '' ? 1 : Number(count);
    if (name === 'A') row = Math.max(0, row - number);
    else if (name === 'B') row += number;
    else if (name === 'G') column = number - 1;
    else if (name === 'K') rows[row] = { text: count === '2' ? '' : rowAt(row).text.slice(0, column), goesOn: false };
    else if (name === 'J') {
      rows = rows.slice(0, row + 1);
      rows[row] = { text: rowAt(row).text.slice(0, column), goesOn: false };
    } else throw new Error(`this screen does not know the code ${count}${name}`);
  };
  const write = (text: string) => {
    all += text;
    for (const [, private_, count, name, character] of text.matchAll(/\u001b\[(\?)?(\d*)([A-Za-z])|(.)/gsu)) {
      if (private_ !== undefined) continue;
      if (name !== undefined) code(count!, name);
      else if (character === '\n') [row, column] = [row + 1, 0];
      else if (character === '\r') column = 0;
      else put(character!);
      rowAt(row);
    }
    return true;
  };
  const stream = Object.assign(new EventEmitter(), { write, isTTY: true, columns, rows: 50 });
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    written: () => all,
    rows: () =>
      rows
        .map(({ text }) => text.trimEnd())
        .join('\n')
        .trimEnd()
        .split('\n'),
    resize(next) {
      const before = rows;
      rows = [];
      let line = '';
      for (const { text, goesOn } of before.slice(0, row)) {
        line += text;
        if (goesOn) continue;
        for (; line.length > next; line = line.slice(next)) rows.push({ text: line.slice(0, next), goesOn: true });
        rows.push({ text: line, goesOn: false });
        line = '';
      }
      // The cursor stays in the row after them.
      row = rows.length;
      rows.push(...before.slice(-1));
      width = next;
      Object.assign(stream, { columns: next });
      stream.emit('resize');
    },
  };
}
