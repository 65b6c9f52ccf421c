/** The table of commands. What a command does is loaded when it is called, so that help is fast. */
import type { ExitCode } from '../base/errors.js';
import type { CommandName } from '../config/options.js';
import type { CommandContext } from './context.js';

export interface CommandRow {
  readonly name: CommandName;
  readonly summary: string;
  readonly arguments?: readonly { readonly name: string; readonly help: string }[];
  readonly examples: readonly string[];
  /** Called again, it goes on where it was. */
  readonly resumable?: true;
  readonly load: () => Promise<(context: CommandContext) => Promise<ExitCode>>;
}

const datasetArgument = { name: '<name>', help: 'a data set, such as cifar10' };
const folderArgument = { name: '[folder]', help: 'results folder; without one the latest in results/' };

export const commandRows: readonly CommandRow[] = [
  {
    name: 'search',
    summary: 'train candidates of both shapes under a budget and trace their frontiers',
    examples: [
      'hgmlp search --budget 1M',
      'hgmlp search --budget 0.5M..4M --candidates 24 --replicates 3 --learning-rates 3e-4,1e-3',
      'hgmlp search --config configs/paper/mnist-denoising.yaml --dry-run',
      'hgmlp search --budget 1M --shard 2/8',
      'hgmlp search --budget 1M --queue redis://queue.example',
      'hgmlp search --budget 1M --max-time 8h --max-failures 5',
      'hgmlp search --budget 1M --strategy halving --epochs 9 --learning-rates 3e-4,1e-3,3e-3',
    ],
    resumable: true,
    load: async () => (await import('./search-command.js')).searchCommand,
  },
  {
    name: 'worker',
    summary: 'train for the searches of a fleet',
    examples: [
      'hgmlp worker --queue redis://queue.example',
      'HGMLP_QUEUE=rediss://:secret@queue.example hgmlp worker --device cuda --idle-exit 10m',
    ],
    load: async () => (await import('./worker-command.js')).workerCommand,
  },
  {
    name: 'train',
    summary: 'train one network',
    examples: [
      'hgmlp train --task mnist/denoising --skip 785 --bottleneck 115 --depth 4 --lr 1e-3 --epochs 30',
      'hgmlp train --skip 784 --bottleneck 1150 --depth 1 --input-projection none --output-projection none',
    ],
    load: async () => (await import('./train-command.js')).trainCommand,
  },
  {
    name: 'reproduce',
    summary: 'train points of a published frontier and compare',
    arguments: [{ name: '[task]', help: 'a task with a published frontier, such as mnist/denoising' }],
    examples: ['hgmlp reproduce mnist/denoising --max-time 1h', 'hgmlp reproduce mnist/denoising --dry-run'],
    resumable: true,
    load: async () => (await import('./reproduce-command.js')).reproduceCommand,
  },
  {
    name: 'import',
    summary: 'make results folders of runs from elsewhere, a CSV file',
    arguments: [{ name: '<file>', help: 'CSV file with a header line and a line for each run' }],
    examples: [
      'hgmlp import runs.csv',
      'hgmlp import sweep.csv --task mnist/denoising --column skip_width=width --column test_psnr_db=score --dry-run',
    ],
    load: async () => (await import('./import-command.js')).importCommand,
  },
  {
    name: 'merge',
    summary: 'make one study of the results folders of its shards',
    arguments: [{ name: '<folders...>', help: 'results folders of one study, in any order' }],
    examples: [
      'hgmlp merge results/mnist-denoising-1M-shard-*-of-8',
      'hgmlp merge part1 part2 --out results/merged --dry-run',
    ],
    load: async () => (await import('./merge-command.js')).mergeCommand,
  },
  {
    name: 'retry',
    summary: 'train the failed runs of a results folder again, or the stopped ones to their end',
    arguments: [folderArgument],
    examples: [
      'hgmlp retry --failed results/mnist-denoising-1M',
      'hgmlp retry --failed --dry-run',
      'hgmlp retry --stopped results/mnist-denoising-1M',
    ],
    load: async () => (await import('./retry-command.js')).retryCommand,
  },
  {
    name: 'replay',
    summary: 'make the decisions of a search anew from its log, and check that its runs are what they lead to',
    arguments: [folderArgument],
    examples: ['hgmlp replay results/mnist-denoising-1M'],
    load: async () => (await import('./replay-command.js')).replayCommand,
  },
  {
    name: 'frontier show',
    summary: 'print the frontier of a results folder, and how far its search is',
    arguments: [folderArgument],
    examples: ['hgmlp frontier show', 'hgmlp frontier show results/mnist-denoising-1M --format markdown'],
    load: async () => (await import('./frontier-commands.js')).frontierShowCommand,
  },
  {
    name: 'frontier plot',
    summary: 'draw the frontier of a results folder: SVG, PNG and an HTML page',
    arguments: [folderArgument],
    examples: ['hgmlp frontier plot', 'hgmlp frontier plot results/mnist-denoising-1M --axis linear'],
    load: async () => (await import('./frontier-commands.js')).frontierPlotCommand,
  },
  {
    name: 'frontier compare',
    summary: 'hold two frontiers against each other, with intervals and at equal effort',
    arguments: [
      {
        name: '[left]',
        help: 'results folder, or folder:shape; alone, its hourglass against its conventional networks',
      },
      { name: '[right]', help: 'the other one, the baseline' },
    ],
    examples: [
      'hgmlp frontier compare results/mnist-denoising-1M',
      'hgmlp frontier compare results/a results/b --interval 1M..8M --at 2M,4M',
      'hgmlp frontier compare results/a:hourglass results/b:conventional --reference-psnr 20',
    ],
    load: async () => (await import('./compare-command.js')).frontierCompareCommand,
  },
  {
    name: 'frontier check',
    summary:
      'fail where a frontier is worse than a baseline beyond noise: exit code 4, or 5 where the runs cannot tell',
    arguments: [{ name: '[folder]', help: 'results folder, or folder:shape; without one the latest in results/' }],
    examples: [
      'hgmlp frontier check --baseline results/main --margin 0.02',
      'hgmlp frontier check results/new:hourglass --baseline results/main --interval 1M..8M --json',
    ],
    load: async () => (await import('./check-command.js')).frontierCheckCommand,
  },
  {
    name: 'frontier trend',
    summary:
      'follow the best depth, skip width and bottleneck width as budgets grow, and draw them: trend.svg and trend.png in the folder',
    arguments: [folderArgument],
    examples: ['hgmlp frontier trend', 'hgmlp frontier trend results/mnist-denoising-1M --interval 0.2M..1M'],
    load: async () => (await import('./trend-command.js')).frontierTrendCommand,
  },
  {
    name: 'data list',
    summary: 'list the data sets: images, size, whether they are there, and where',
    examples: ['hgmlp data list'],
    load: async () => (await import('./data-command.js')).dataListCommand,
  },
  {
    name: 'data fetch',
    summary: 'make a data set ready: download it, or check the files that you downloaded',
    arguments: [datasetArgument],
    examples: ['hgmlp data fetch cifar10', 'hgmlp data fetch imagenet32', 'hgmlp data fetch folder:my/photos'],
    load: async () => (await import('./data-command.js')).dataFetchCommand,
  },
  {
    name: 'data path',
    summary: 'print the folder of a data set',
    arguments: [datasetArgument],
    examples: ['hgmlp data path imagenet32'],
    load: async () => (await import('./data-command.js')).dataPathCommand,
  },
  {
    name: 'bench strategies',
    summary: 'play search strategies on recorded runs and compare them',
    examples: [
      'hgmlp bench strategies --table results/mnist-denoising-1M',
      'hgmlp bench strategies --table runs.csv --strategies random,model --seeds 20',
    ],
    load: async () => (await import('./bench-strategies-command.js')).benchStrategiesCommand,
  },
  {
    name: 'doctor',
    summary: 'say what this machine has and prove which engines work on it',
    examples: ['hgmlp doctor', 'hgmlp doctor --engine onnx-cuda'],
    load: async () => (await import('./doctor-command.js')).doctorCommand,
  },
];
