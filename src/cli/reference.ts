/** The table of options as docs/options.md. */
import { markdownTable } from 'markdown-table';
import { defaultText } from '../config/default-text.js';
import { commandRows } from './commands/table.js';
import { environmentName, optionsOf, type CommandName } from '../config/options.js';

/** Writes the Markdown of docs/options.md, with one table for each command. */
export function renderOptionReference(): string {
  const intro = [
    '# Options',
    'Flags go before environment variables, these before the configuration file (`--config`), and that before defaults. ' +
      'Options without a key for files belong to one command, not to a study.',
  ];
  const parts = commandRows.map(({ name, about }) => `## hgmlp ${name}\n\n${about}\n\n${tableOf(name)}`);
  return `${[...intro, ...parts].join('\n\n')}\n`;
}

function tableOf(command: CommandName): string {
  const head = ['flag', 'key in files', 'environment', 'default', 'meaning', 'expects'];
  const rows = optionsOf(command).map((row) => [
    code(row.flag),
    command === 'search' && row.scope !== 'execution' ? code(row.key) : '',
    code(environmentName(row.key)),
    row.defaultHelp ? prose(row.defaultHelp) : code(defaultText(row.default)),
    prose(row.help),
    prose(row.expects),
  ]);
  return markdownTable([head, ...rows], { padding: false, alignDelimiters: false });
}

function code(text: string | null | undefined): string {
  return text ? `\`${text}\`` : '';
}

/** Without this, `results/<name>` would be read as HTML and lose its name. */
function prose(text: string): string {
  return text.replaceAll('<', '\\<');
}
