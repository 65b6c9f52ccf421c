/** Standard streams go: a reader ends, a disk fills up, a terminal hangs up. What a process is here to do goes on. */
import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Makes the process go on where standard output or error can no longer be written to. To be called once. */
export function outliveStreams(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const terminals = process.platform === 'win32' ? [] : [0, 1, 2].filter((stream) => isatty(stream));
  process.on('exit', () => terminals.forEach(letGoOfHungUp));
}

/** At its end Node sets a terminal back to how it was, and where that is gone it aborts instead of ending as it should. */
function letGoOfHungUp(stream: number): void {
  if (isatty(stream)) return;
  closeSync(stream);
  // Takes the lowest number that is free, which is this one.
  openSync('/dev/null', 'r+');
}
