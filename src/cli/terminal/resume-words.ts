/** The command that goes on with a results folder. */
import path from 'node:path';
import { isHandedOn } from '../../base/regular-files.js';
import { storedConfigFile } from '../../config/stored.js';
import type { CommandContext } from '../context.js';
import { showableWords } from './queue.js';

/**
 * Gives the words of the command as it was typed, with the folder added and without `--fresh`, so that it goes on
 * there.
 */
export function resumeWords({ commandLine }: Pick<CommandContext, 'commandLine'>, folder: string): string[] {
  const words = showableWords(commandLine)
    .filter((word) => word !== '--fresh' && word !== '--')
    .map((word) => asStored(word, folder));
  return words.some((word) => word === '--out' || word.startsWith('--out=')) ? words : [...words, '--out', folder];
}

/** A word that names what a shell has opened for this one command, as for `--config <(…)`: the folder has what stood in it. */
function asStored(word: string, folder: string): string {
  const [, option = '', file = ''] = /^(--config=)?(.*)$/s.exec(word) ?? [];
  return isHandedOn(file) ? `${option}${path.join(folder, storedConfigFile)}` : word;
}
