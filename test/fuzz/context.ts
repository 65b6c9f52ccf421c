/** A command's surroundings without a terminal: what it prints and says is kept. */
import pino from 'pino';
import type { CommandContext } from '../../src/cli/context.js';
import { portWith } from '../../src/study/port.js';

export interface KeptContext extends CommandContext {
  readonly lines: string[];
}

export function contextOf(values: CommandContext['values'], words: readonly string[] = []): KeptContext {
  const lines: string[] = [];
  const keep = (text: string) => void lines.push(text);
  const terminal = {
    ...{ color: false, width: Infinity, interactive: false, print: keep, say: keep, pass: keep },
    confirm: () => Promise.resolve(false),
  };
  return {
    values,
    words,
    lines,
    port: portWith(terminal),
    terminal,
    logger: pino({ level: 'silent' }),
    commandLine: [],
  };
}
