/** A file's bytes as lines, piece by piece. A line that is too long to be of any use is passed over, and never held in memory. */

/** Is one line of a file, without its line feed. */
export interface Line {
  /** Null where there are more than were wanted. Valid until the next line is asked for. */
  readonly bytes: Buffer | null;
  /** 1-based. */
  readonly number: number;
  /** False for what stands behind the last line feed. */
  readonly ended: boolean;
}

/** Takes a file piece by piece and gives its lines. */
export interface LineSplitter {
  /** The lines that end in these bytes, which follow those before. */
  add(bytes: Buffer): Generator<Line, void, void>;
  /** What stands behind the last line feed; nothing where nothing does. */
  rest(): Generator<Line, void, void>;
}

const lineFeed = 0x0a;

/** Makes a splitter that passes over the bytes of lines longer than the given number. */
export function splitLines(longestBytes: number): LineSplitter {
  let number = 0;
  // Of the line that is not whole yet.
  let parts: Buffer[] = [];
  let length = 0;

  const keep = (part: Buffer) => {
    length += part.length;
    if (length > longestBytes) parts = [];
    // A copy, since the caller may use its bytes again.
    else parts.push(Buffer.from(part));
  };
  const take = (ended: boolean): Line => {
    const bytes = length > longestBytes ? null : Buffer.concat(parts, length);
    [parts, length, number] = [[], 0, number + 1];
    return { bytes, number, ended };
  };
  return {
    *add(bytes) {
      let start = 0;
      for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, start)) {
        const part = bytes.subarray(start, end);
        start = end + 1;
        if (length === 0 && part.length <= longestBytes) yield { bytes: part, number: (number += 1), ended: true };
        else {
          keep(part);
          yield take(true);
        }
      }
      if (start < bytes.length) keep(bytes.subarray(start));
    },
    *rest() {
      if (length > 0) yield take(false);
    },
  };
}
