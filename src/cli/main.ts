/** Starts the command line in this process. */
import { outliveStreams } from '../base/streams.js';
import { runCommandLine } from './command-line.js';
import { outlivesTerminal } from './terminal/hang-up.js';
import { watchResults } from './terminal/results-stream.js';

outliveStreams();
watchResults();
if (outlivesTerminal()) process.on('SIGHUP', () => undefined);

process.exitCode = await runCommandLine(process.argv.slice(2));
