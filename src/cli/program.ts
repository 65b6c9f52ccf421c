/** The command line as commander reads it, made from the tables of commands and options. */
import { Command, Help, Option as Flag } from 'commander';
import { UserError } from '../base/errors.js';
import { shown } from '../base/shown.js';
import { optionGroups, optionsOf, type Option } from '../config/options.js';
import { defaultText } from '../config/default-text.js';
import type { CommandRow } from './command-row.js';
import { commandRows } from './commands/table.js';
import { asTyped } from './terminal/typed-program.js';
import { packageVersion } from '../base/version.js';

/** Holds what was called: the command, its positional arguments, and the flags that were given, by option key. */
export interface Call {
  readonly row: CommandRow;
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  /** Likely mistakes that are no errors. */
  readonly warnings: readonly string[];
}

const groups: Readonly<Record<string, string>> = {
  frontier: 'show, draw, compare and check frontiers',
  data: 'list and fetch data sets, look at tables',
  bench: 'compare search strategies',
};

const helpCommand = ['help [command]', 'show this help, or that of a command'] as const;

/**
 * Builds the program. `onCall` is called with what was asked for, unless commander answers itself (help, version, an
 * error).
 */
export function buildProgram(onCall: (call: Call) => Promise<void>): Command {
  const program = new Command('hgmlp')
    .description('Which MLP shape is best at a given number of parameters?')
    .version(packageVersion(), '-v, --version', 'print the version')
    .addOption(noColor())
    .helpOption('-h, --help', 'show this help')
    .helpCommand(...helpCommand)
    .configureHelp({ formatItem, minWidthToWrap: narrowestText })
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
  command.addHelpText('before', examples(row.examples));
  for (const { name, help } of row.arguments ?? []) command.argument(name, help);
  const keys = new Map<string, string>();
  const warnings: string[] = [];
  const groupAt = ({ group }: Option) => optionGroups.indexOf(group);
  for (const option of optionsOf(row.name).sort((left, right) => groupAt(left) - groupAt(right))) {
    if (option.flag === undefined) continue;
    const default_ = option.defaultHelp ?? (option.default === false ? undefined : defaultText(option.default));
    const flag = new Flag(option.flag, default_ === undefined ? option.help : `${option.help} (default: ${default_})`);
    if (flag.required) flag.argParser(valueReader(option, flag.long!, warnings));
    keys.set(flag.attributeName(), option.key);
    command.addOption(flag.helpGroup(`${option.group}:`));
  }
  command.addOption(noColor().helpGroup('Output:'));
  command.addHelpOption(new Flag('-h, --help', 'show this help').helpGroup('Output:'));
  command.action(async () => {
    const given = Object.entries(command.opts()).filter(([name]) => keys.has(name));
    const flags = Object.fromEntries(given.map(([name, value]) => [keys.get(name)!, value as unknown]));
    await onCall({ row, words: command.args, flags, warnings });
  });
}

/** Before and after the command's name. */
function noColor(): Flag {
  return new Flag('--no-color', 'no colours (also NO_COLOR and TERM=dumb)');
}

/** Takes what stands behind a flag. Throws a UserError where that is the next flag; of values given in turn the last counts. */
function valueReader({ expects, repeatable = false }: Option, flag: string, warnings: string[]) {
  return (value: string, earlier: unknown): unknown => {
    if (value.startsWith('--') || isHelpFlag(value)) {
      throw new UserError(`${flag}: expected ${expects}, got the option ${shown(value)}; give ${flag} its value first`);
    }
    if (repeatable) return [...((earlier as string[] | undefined) ?? []), value];
    if (earlier !== undefined && earlier !== value) {
      warnings.push(`${flag} is given twice: ${shown(value)} counts, ${shown(earlier)} does not`);
    }
    return value;
  };
}

function parentOf(program: Command, path: readonly string[]): Command {
  const [group] = path;
  if (path.length === 1 || group === undefined) return program;
  return findCommand(program, group) ?? addGroup(program, group);
}

function addGroup(program: Command, name: string): Command {
  const group = program.command(name).description(groups[name] ?? '');
  return group.copyInheritedSettings(program).helpCommand(...helpCommand);
}

function findCommand(parent: Command, name: string): Command | undefined {
  return parent.commands.find((command) => command.name() === name);
}

/**
 * Gives the words with a `help` in place of a command, or behind one that takes no words, as `--help`. Where help is
 * asked for what is unknown, the words end with that, so that it is said.
 */
export function withoutHelpWord(program: Command, words: readonly string[]): readonly string[] {
  let command = program;
  let asked = words.some(isHelpFlag);
  const path: string[] = [];
  for (const word of words) {
    const isLast = command.commands.length === 0;
    // What follows may be the value of an option.
    if (word.startsWith('-') && isLast) break;
    if (word.startsWith('-')) path.push(word);
    else if (word === 'help' && command.registeredArguments.length === 0) asked = true;
    else {
      const next = findCommand(command, word);
      if (next === undefined) return asked && !isLast ? [...path, word] : words;
      path.push(word);
      command = next;
    }
  }
  return asked ? [...path.filter((word) => !isHelpFlag(word)), '--help'] : words;
}

const isHelpFlag = (word: string) => word === '--help' || word === '-h';

/** Texts narrower than this are no longer wrapped. */
const narrowestText = 20;
/** Where less is left beside the names, what they mean stands below. */
const narrowestColumn = 36;

function formatItem(this: void, term: string, termWidth: number, description: string, help: Help): string {
  const width = help.helpWidth ?? 80;
  if (description === '' || width - termWidth - 4 >= narrowestColumn) {
    return Help.prototype.formatItem.call(help, term, termWidth, description, help);
  }
  return `  ${term}\n${indented(help.boxWrap(description, width - 6), 6)}`;
}

function indented(text: string, columns: number): string {
  return text.replace(/^/gm, ' '.repeat(columns));
}

/** As a shell reads them, over several lines where the terminal is narrow. */
function examples(lines: readonly string[]) {
  return ({ command }: { command: Command }): string => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? 80;
    return `Examples:\n${lines.map((line) => `  $ ${wrappedCommand(asTyped(line), width - 4)}`).join('\n')}\n`;
  };
}

/** Broken before options, and where that does not do between words. */
function wrappedCommand(line: string, width: number): string {
  // Two columns are for the mark that the command goes on.
  const fits = (row: string) => row.length <= width - 2;
  const parts = line.split(/ (?=--)/).flatMap((part) => (fits(`  ${part}`) ? [part] : part.split(' ')));
  const rows = [parts[0]!];
  for (const part of parts.slice(1)) {
    const longer = `${rows.at(-1)!} ${part}`;
    if (fits(longer)) rows[rows.length - 1] = longer;
    else rows.push(`  ${part}`);
  }
  return rows.join(' \\\n    ');
}
