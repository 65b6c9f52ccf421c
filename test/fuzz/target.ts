/** What the suite asks of a target: inputs of a kind, and the door of hgmlp that they come in by. */
import type * as fc from 'fast-check';
import { exitCodes, UserError } from '../../src/base/errors.js';

/** What becomes of an input. Anything else that is thrown is a fault of ours. */
export type Verdict = 'accepted' | 'refused';

export interface Target<Input> {
  readonly name: string;
  /** Of every 100 inputs over all targets. */
  readonly share: number;
  readonly inputs: fc.Arbitrary<Input>;
  /** Puts the input's files into the working directory, an empty folder. */
  readonly lay?: (input: Input) => void;
  /**
   * Hands the input to hgmlp, which may write into `results` in the working directory and nowhere else. Throws the
   * UserError that it is refused with; `refused` where it is left out with a message instead.
   */
  readonly feed: (input: Input) => Promise<Verdict | void>;
  /** The shares of the inputs that must be accepted and refused, so that the deep code is reached and the checks too. */
  readonly least: Readonly<Record<Verdict, number>>;
}

/** A target whose kind of input nobody asks for any more, so that targets of several kinds make one table. */
export type AnyTarget = Target<unknown>;

export function target<Input>(row: Target<Input>): AnyTarget {
  return row as unknown as AnyTarget;
}

/** The verdict of a feeding. Throws whatever is no clear refusal. */
export async function verdictOf(feeding: Promise<Verdict | void>): Promise<Verdict> {
  try {
    return (await feeding) ?? 'accepted';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    requireClear(error);
    return 'refused';
  }
}

/** A refusal that fills the screen says nothing. */
const longestMessage = 4000;

/** One line, of bounded length, that steers no terminal and says what was expected or could not be done. */
export function requireClear(error: UserError): void {
  const fault = faultOf(error);
  if (fault !== null) throw new Error(`expected a clear refusal, got ${fault}`, { cause: error });
}

function faultOf({ message, details, exitCode }: UserError): string | null {
  for (const line of [message, ...details]) {
    if (/[\p{Cc}\u2028\u2029]/u.test(line)) return `control characters: ${JSON.stringify(line.slice(0, 500))}`;
    if (line.length > longestMessage) return `${line.length} characters: ${line.slice(0, 200)}`;
    if (/\bgot '?undefined\b|\[object|\bNaN\b.*parameters/.test(line)) return `a value that is none: ${line}`;
  }
  if (
    !/expected|cannot|needs|holds another|found (no|only)|too (small|large)|in common|is reversed|empty|compares|invalid|has no network/i.test(
      message,
    )
  ) {
    return `words that do not say what is wrong: ${message}`;
  }
  return exitCode === exitCodes.usage ? null : `exit code ${exitCode}`;
}
