/** Runs a command line; the only place that catches errors and chooses the exit code. */
import { CommanderError } from 'commander';
import { clock } from '../base/clock.js';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { withHome } from '../base/home.js';
import { limitFault } from '../base/machine-limits.js';
import { printableLines } from '../base/shown.js';
import { endAtInterrupts } from './terminal/interrupt.js';
import { buildProgram, withoutHelpWord, type Call } from './program.js';
import { asTyped } from './terminal/typed-program.js';
import { packageVersion } from '../base/version.js';

/** Runs what was typed behind the program's name, and gives the exit code. An error is shown on standard error. */
export async function runCommandLine(commandLine: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  try {
    const program = buildProgram(async (call) => {
      exitCode = await run(call, commandLine);
    });
    if (commandLine.length === 0) program.outputHelp();
    else await program.parseAsync(withoutHelpWord(program, commandLine), { from: 'user' });
  } catch (thrown) {
    const error = limitFault(thrown) ?? thrown;
    exitCode = exitCodeOfError(error);
    showError(error);
  }
  return exitCode;
}

async function run({ row, words, flags, warnings: ofCall }: Call, commandLine: readonly string[]): Promise<ExitCode> {
  if (row.resumable) endAtInterrupts();
  const [
    { resolveOptions },
    { refuseUnreadable, withPlace },
    { openTerminal },
    { openLogger },
    { aboveBar },
    { openPort },
  ] = await Promise.all([
    import('../config/resolve.js'),
    import('../config/said.js'),
    import('./terminal/terminal.js'),
    import('../base/logger.js'),
    import('./terminal/above-bar.js'),
    import('./terminal/port.js'),
  ]);
  const { values, places, warnings } = await resolveOptions({ command: row.name, flags, environment: process.env });
  const color = !commandLine.includes('--no-color');
  const terminal = openTerminal({ quiet: values.quiet ?? false, color, json: values.json ?? false });
  const logLine = (line: string) => aboveBar(() => process.stderr.write(line));
  const logger = openLogger(values.logLevel ?? 'silent', terminal.interactive ? logLine : undefined);
  for (const warning of [...ofCall, ...warnings]) {
    terminal.say(warning);
    logger.warn({ warning }, 'configuration');
  }
  const started = clock.monotonicMs();
  logger.info({ command: row.name, version: packageVersion(), node: process.version }, 'command started');
  const ended = (exitCode: ExitCode) => {
    logger.info({ exitCode, durationMs: Math.round(clock.monotonicMs() - started) }, 'command ended');
    return exitCode;
  };
  try {
    refuseUnreadable(values);
    const port = openPort({ terminal, logger, values, commandLine });
    return ended(await row.action({ values, words: words.map(withHome), port, terminal, commandLine, logger }));
  } catch (error) {
    ended(exitCodeOfError(error));
    throw withPlace(error, row.name, places);
  }
}

function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof UserError) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  return exitCodes.internalFault;
}

function showError(error: unknown): void {
  const text = errorText(error);
  if (text !== null) process.stderr.write(`${printableLines(asTyped(text), { color: false })}\n`);
}

/** Null where commander has said all, as after `--help`. */
function errorText(error: unknown): string | null {
  if (error instanceof CommanderError) return error.exitCode === 0 ? null : oneLine(error);
  if (error instanceof UserError) return [...error.details, `hgmlp: ${error.message}`].join('\n');
  const stack = error instanceof Error ? error.stack : String(error);
  return `hgmlp: this is a fault of hgmlp, please report it:\n${stack}`;
}

/** Commander's message, its suggestion on the same line. */
function oneLine({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'hgmlp: expected a command; see the help above';
  const [first, suggestion] = message.split('\n');
  const said = first!.replace(/^error: /, '').replace(/\.$/, '');
  return `hgmlp: ${said}${suggestion ? `. ${suggestion.replace(/^\((.*)\)$/, '$1')}` : '; see --help'}`;
}
