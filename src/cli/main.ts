/** Starts the command line in this process. */
import { exitCodes } from '../base/errors.js';
import { runCommandLine } from './command-line.js';

// A reader that goes away early, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2));
