/** Errors that are the user's to mend, and the exit codes of the command line. */
import { printable } from './shown.js';

/** Lists what the process may end with. 75 is EX_TEMPFAIL of sysexits.h: the same command goes on later. */
export const exitCodes = {
  done: 0,
  internalFault: 1,
  usage: 2,
  someRunsFailed: 3,
  gateNotMet: 4,
  gateUndecided: 5,
  stoppedResumable: 75,
} as const;

/** Is one of the numbers that the process may end with. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** More fills a screen, as a name of a million letters would. */
const longestLine = 2000;

/** What a file holds steers no terminal; the middle of a long line goes. */
function oneLine(text: string): string {
  const line = printable(text);
  const half = longestLine / 2;
  return line.length > longestLine ? `${line.slice(0, half)} … ${line.slice(-half)}` : line;
}

/**
 * Is an error that the user can mend. Its message is one line: what was expected, what was got, what to do.
 * Every other error is a fault of ours and is shown with its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Shown above the message, a line each. */
  readonly details: readonly string[];

  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.usage,
    options?: ErrorOptions & { readonly details?: readonly string[] },
  ) {
    super(oneLine(message), options);
    this.details = options?.details?.map(oneLine) ?? [];
  }
}

/** Is a UserError that is no matter of one run, such as a full disk: all work ends with it. */
export class Refusal extends UserError {}

/** Says that work which was asked to stop has stopped. */
export class Stopped extends Error {
  override readonly name = 'Stopped';

  constructor(options?: ErrorOptions) {
    super('stopped', options);
  }
}

/** Says that there was not enough memory, on the machine or on its accelerator; less at a time may still fit. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';
}

/** Gives the text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Gives the first line of a text, without its line feed. */
export function firstLine(text: string): string {
  return text.replace(/\n.*/s, '');
}
