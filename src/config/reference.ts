/** The table of options as docs/options.md. */
import { markdownTable } from 'markdown-table';
import { defaultText } from './default-text.js';
import { environmentName, optionsOf, type CommandName } from './options.js';

const sections: readonly { readonly command: CommandName; readonly about: string }[] = [
  { command: 'search', about: 'Trains candidates of both shapes under a budget and traces their frontiers.' },
  { command: 'worker', about: 'Trains for the searches of a fleet; see fleet.md.' },
  { command: 'train', about: 'Trains one network.' },
  {
    command: 'reproduce',
    about:
      'Trains points of the published frontiers of a task, those that tell most first, and holds the results against them.',
  },
  { command: 'import', about: 'Makes results folders of runs from elsewhere; see import.md.' },
  { command: 'merge', about: 'Makes one study of the results folders of its shards; see shards.md.' },
  {
    command: 'retry',
    about: 'Trains the failed runs of a results folder again, with its own configuration, and reports.',
  },
  {
    command: 'replay',
    about:
      'Makes the decisions of a search anew from its log. The exit code is 4 where runs of the log are not what they lead ' +
      'to, as after a search that was given more learning rates, shapes or replicates on the way; see strategies.md.',
  },
  { command: 'frontier show', about: 'Prints the frontier of a results folder.' },
  { command: 'frontier plot', about: 'Draws the frontier of a results folder again.' },
  {
    command: 'frontier compare',
    about: 'Holds two frontiers against each other: the shapes of a study, or two studies.',
  },
  {
    command: 'frontier check',
    about:
      'Holds a frontier against a baseline, shape by shape. The exit code is 4 where it is worse by more than the margin ' +
      'beyond noise, and 5 where the runs cannot tell; see statistics.md.',
  },
  { command: 'frontier trend', about: 'Follows the best depth, skip width and bottleneck width as budgets grow.' },
  { command: 'data list', about: 'Lists the data sets and what of them is there.' },
  { command: 'data fetch', about: 'Makes a data set ready: downloads it, or checks the files that you downloaded.' },
  { command: 'data path', about: 'Prints the folder of a data set.' },
  {
    command: 'bench strategies',
    about:
      'Plays search strategies on recorded runs: which finds how much of the frontier with how little of the effort.',
  },
  {
    command: 'doctor',
    about:
      'Says what this machine has and which engines work on it. Each is proved: it trains a small network for which ' +
      "PyTorch's numbers are known. The exit code is 4 where what was asked for does not work.",
  },
];

/** Markdown: one table for each command. */
export function renderOptionReference(): string {
  const intro = [
    '# Options',
    'Flags go before environment variables, these before the configuration file (`--config`), and that before defaults. ' +
      'Options without a key for files belong to one command, not to a study.',
  ];
  const parts = sections.map(({ command, about }) => `## hgmlp ${command}\n\n${about}\n\n${tableOf(command)}`);
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
