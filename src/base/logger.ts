/** The diagnostic log: JSON lines on standard error, silent unless a level is asked for. What users read is not in it. */
import { pino, type Logger } from 'pino';

/** Names the least severe messages that are written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'silent';

/**
 * Opens a logger of messages to standard error.
 * @param write takes each line, its end included, where standard error shows something else as well
 */
export function openLogger(level: LogLevel, write?: (line: string) => void): Logger {
  const stream = write === undefined ? process.stderr : { write };
  return pino({ name: 'hgmlp', level, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}
