/**
 * Where results and messages go: results to standard output, messages and progress to standard error. What names from
 * outside could steer a terminal with is spelled out.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { printableLines } from '../../base/shown.js';
import { unknownWidth } from '../../base/width.js';
import { aboveBar } from './above-bar.js';
import { asTyped } from './typed-program.js';

/** Prints results, says messages and asks, for one command. */
export interface Terminal {
  /** ANSI colours are welcome on standard output. */
  readonly color: boolean;
  /** Columns of standard output as they are now; Infinity where it is no terminal. */
  readonly width: number;
  /** Somebody watches standard error, and can be asked. */
  readonly interactive: boolean;
  /** One result. */
  print(text: string): void;
  /** One message; silent with `--quiet`. */
  say(text: string): void;
  /** A line that gives way to the next one, empty or not; only where somebody watches, and not with `--quiet`. */
  pass(text: string): void;
  /** A yes or no from the user; no where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
}

const noAnswer = () => '';

/** Says what the command line asked of the output. */
export interface TerminalSetting {
  readonly quiet: boolean;
  readonly color: boolean;
  /** Results are documents for programs, and stay as they are. */
  readonly json?: boolean;
}

/** Opens the terminal of this process. Whether it has colours, and somebody to ask, is found out once. */
export function openTerminal({ quiet, color, json = false }: TerminalSetting): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const dumb = env['TERM'] === 'dumb';
  const interactive = stderr.isTTY && stdin.isTTY && !dumb;
  const isColored = color && stdout.isTTY && !dumb && !env['NO_COLOR'];
  const plain = (text: string) => printableLines(asTyped(text), { color: false });
  const result = (text: string) => printableLines(json ? text : asTyped(text), { color: isColored });
  return {
    color: isColored,
    get width() {
      return stdout.isTTY ? stdout.columns || unknownWidth : Infinity;
    },
    interactive,
    print: (text) => aboveBar(() => stdout.write(`${result(text)}\n`)),
    say: (text) => quiet || aboveBar(() => stderr.write(`${plain(text)}\n`)),
    pass: (text) => void (quiet || !interactive || stderr.write(`\r${plain(text)}\u001b[K`)),
    async confirm(question) {
      if (!interactive) return false;
      const lines = createInterface({ input: stdin, output: stderr });
      // Ctrl-C, Ctrl-D and a terminal that is gone end it without an answer, with an error or none.
      const closed = once(lines, 'close').then(noAnswer, noAnswer);
      const asked = lines.question(`${plain(question)} [y/N] `).catch(noAnswer);
      const answer = await Promise.race([asked, closed]).finally(() => lines.close());
      return /^y(es)?$/i.test(answer.trim());
    },
  };
}
