/** What every command is handed. */
import type { Logger } from 'pino';
import type { StudyContext } from '../study/port.js';
import type { Terminal } from './terminal/terminal.js';

/** Hands a command its option values, its words, and where to print, say and log. */
export interface CommandContext extends StudyContext {
  /** Positional arguments. */
  readonly words: readonly string[];
  readonly terminal: Terminal;
  /** Diagnostics; silent unless asked for. */
  readonly logger: Logger;
  /** The command as it was typed, without the program's name. */
  readonly commandLine: readonly string[];
}
