/** Runs a command line; the only place that catches errors and chooses the exit code. */
import { CommanderError } from 'commander';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { limitFault } from '../base/machine-limits.js';
import { printableLines } from '../base/shown.js';
import { endAtInterrupts } from './interrupt.js';
import { buildProgram, type Call } from './program.js';

/** Runs what was typed behind the program's name, and gives the exit code. An error is shown on standard error. */
export async function runCommandLine(commandLine: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  try {
    const program = buildProgram(async (call) => {
      exitCode = await run(call, commandLine);
    });
    if (commandLine.length === 0) program.outputHelp();
    else await program.parseAsync(commandLine, { from: 'user' });
  } catch (thrown) {
    const error = limitFault(thrown) ?? thrown;
    exitCode = exitCodeOf(error);
    showError(error);
  }
  return exitCode;
}

async function run({ row, words, flags }: Call, commandLine: readonly string[]): Promise<ExitCode> {
  if (row.resumable) endAtInterrupts();
  const [{ resolveOptions }, { openTerminal }, { openLogger }] = await Promise.all([
    import('../config/resolve.js'),
    import('./terminal.js'),
    import('../base/logger.js'),
  ]);
  const { values, warnings } = await resolveOptions({ command: row.name, flags, environment: process.env });
  const color = !commandLine.includes('--no-color');
  const terminal = openTerminal({ quiet: values.quiet ?? false, color });
  for (const warning of warnings) terminal.say(warning);
  const command = await row.load();
  return command({ values, words, terminal, commandLine, logger: openLogger(values.logLevel ?? 'silent') });
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UserError) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  return exitCodes.internalFault;
}

function showError(error: unknown): void {
  const text = errorText(error);
  if (text !== null) process.stderr.write(`${printableLines(text, { color: false })}\n`);
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
  const hint = suggestion ? ` ${suggestion.replace(/^\((.*)\)$/, '$1')}` : '; see --help';
  return `hgmlp: ${first!.replace(/^error: /, '')}${suggestion ? '.' : ''}${hint}`;
}
