/** The look of every live bar. */
import { SingleBar } from 'cli-progress';

/** A bar on standard error, not started yet. */
export function openBar(format: string): SingleBar {
  return new SingleBar({
    format,
    stream: process.stderr,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
  });
}
