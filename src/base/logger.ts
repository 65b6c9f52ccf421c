/** The diagnostic log: JSON lines on standard error, silent unless a level is asked for. What users read is not in it. */
import { pino, type Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'silent';

export function openLogger(level: LogLevel): Logger {
  return pino({ name: 'hgmlp', level, timestamp: pino.stdTimeFunctions.isoTime }, process.stderr);
}
