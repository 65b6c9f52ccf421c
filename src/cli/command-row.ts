/** What a command of the command line is. */
import type { ExitCode } from '../base/errors.js';
import type { CommandName } from '../config/options.js';
import type { CommandContext } from './context.js';

/** Describes a command by its words, and says what it does. Its options stand in the table of options, by its name. */
export interface CommandRow {
  readonly name: CommandName;
  /** For the help of the program. */
  readonly summary: string;
  /** For docs/options.md. */
  readonly about: string;
  readonly arguments?: readonly { readonly name: string; readonly help: string }[];
  readonly examples: readonly string[];
  /** Called again, it goes on where it was. */
  readonly resumable?: true;
  /** Loads what it needs once it is called, so that help is fast. */
  action(context: CommandContext): Promise<ExitCode>;
}

/** Describes the argument of commands that look at one results folder; left out, it is the latest one. */
export const folderArgument = { name: '[folder]', help: 'results folder; without one the latest in results/' };
