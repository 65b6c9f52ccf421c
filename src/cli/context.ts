/** What every command is handed. */
import type { Logger } from 'pino';
import type { StudyContext } from '../study/port.js';
import type { Terminal } from './terminal/terminal.js';

export interface CommandContext extends StudyContext {
  /** Positional arguments. */
  readonly words: readonly string[];
  readonly terminal: Terminal;
  /** Diagnostics; silent unless asked for. */
  readonly logger: Logger;
  /** The command as it was typed, without the program's name. */
  readonly commandLine: readonly string[];
}
