/** The command line as commander reads it, made from the tables of commands and options. */
import { Command, Option as Flag } from 'commander';
import { optionsOf } from '../config/options.js';
import { defaultText } from '../config/default-text.js';
import { commandRows, type CommandRow } from './commands.js';
import { packageVersion } from './version.js';

/** What was called: the command, its positional arguments, and the flags that were given, by option key. */
export interface Call {
  readonly row: CommandRow;
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** Before and after the command's name. */
const noColor = ['--no-color', 'no colours (also NO_COLOR and TERM=dumb)'] as const;

const groups: Readonly<Record<string, string>> = {
  frontier: 'show, draw, compare and check frontiers',
  data: 'list and fetch data sets',
  bench: 'compare search strategies',
};

/** The program; `onCall` is called with what was asked for, unless commander answers itself (help, version, an error). */
export function buildProgram(onCall: (call: Call) => Promise<void>): Command {
  const program = new Command('hgmlp')
    .description('Which MLP shape is best at a given number of parameters?')
    .version(packageVersion(), '--version', 'print the version')
    .option(...noColor)
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    // Errors are thrown and shown in one place, on one line.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('before', examples(['hgmlp search --budget 1M', 'hgmlp frontier plot', 'hgmlp search --help']));
  for (const row of commandRows) addCommand(program, row, onCall);
  return program;
}

function addCommand(program: Command, row: CommandRow, onCall: (call: Call) => Promise<void>): void {
  const path = row.name.split(' ');
  const command = parentOf(program, path).command(path.at(-1)!).description(row.summary).copyInheritedSettings(program);
  command.option(...noColor).addHelpText('before', examples(row.examples));
  for (const { name, help } of row.arguments ?? []) command.argument(name, help);
  const keys = new Map<string, string>();
  for (const option of optionsOf(row.name)) {
    if (option.flag === undefined) continue;
    const shown = option.defaultHelp ?? (option.default === false ? undefined : defaultText(option.default));
    const flag = new Flag(option.flag, shown === undefined ? option.help : `${option.help} (default: ${shown})`);
    if (option.repeatable) flag.argParser((value, earlier: string[] = []) => [...earlier, value]);
    keys.set(flag.attributeName(), option.key);
    command.addOption(flag);
  }
  command.action(async () => {
    const given = Object.entries(command.opts()).filter(([name]) => keys.has(name));
    const flags = Object.fromEntries(given.map(([name, value]) => [keys.get(name)!, value as unknown]));
    await onCall({ row, words: command.args, flags });
  });
}

function parentOf(program: Command, path: readonly string[]): Command {
  const [group] = path;
  if (path.length === 1 || group === undefined) return program;
  const known = program.commands.find((command) => command.name() === group);
  return (
    known ??
    program
      .command(group)
      .description(groups[group] ?? '')
      .copyInheritedSettings(program)
  );
}

function examples(lines: readonly string[]): string {
  return `Examples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}
