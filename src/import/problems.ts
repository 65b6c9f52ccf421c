/** What is wrong with a file, each fault with its place: all are counted, the first ones are told. */
import { UserError } from '../base/errors.js';
import { formatExactCount } from '../base/numbers.js';

/** Faults that are told one by one. */
const mostTold = 20;

/** Collects the faults of a file. */
export interface Problems {
  readonly count: number;
  /** One fault; `line` is 1-based, the header is line 1. */
  add(line: number, message: string): void;
  /** Throws a UserError with all that was added, if anything was. */
  throwIfAny(): void;
}

/**
 * Opens a collection without faults.
 * @param source the file's name, which stands before each fault
 */
export function problemsOf(source: string): Problems {
  const told: { line: number; text: string }[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(line, message) {
      count += 1;
      if (told.length < mostTold) told.push({ line, text: `${source}:${line}: ${message}` });
    },
    throwIfAny() {
      if (count === 0) return;
      const details = told.toSorted((left, right) => left.line - right.line).map(({ text }) => text);
      const more = count > told.length ? ` (the first ${told.length} are shown)` : '';
      throw new UserError(
        `${source}: expected runs, got ${formatExactCount(count)} ${count === 1 ? 'fault' : 'faults'}${more}; ` +
          'nothing was imported: mend the file, or leave a column out with --column <ours>=',
        undefined,
        { details },
      );
    },
  };
}
