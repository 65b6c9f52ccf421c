/**
 * The one table of options: flags, configuration keys, environment names, defaults, help and docs come from it.
 * It imports nothing heavy, so that `--help` is fast; how values are checked stands in fields.ts.
 */

/** Lists the commands, in the order of the help. */
export const commandNames = [
  'search',
  'worker',
  'train',
  'reproduce',
  'import',
  'merge',
  'retry',
  'replay',
  'frontier show',
  'frontier plot',
  'frontier compare',
  'frontier check',
  'frontier trend',
  'data list',
  'data fetch',
  'data path',
  'data table',
  'bench strategies',
  'doctor',
] as const;
/** Names a command by all of its words. */
export type CommandName = (typeof commandNames)[number];

/** Lists the headings in the help of a command, in their order. */
export const optionGroups = [
  'Search',
  'Network',
  'Task',
  'Table',
  'Training',
  'Runs to train again',
  'Frontier',
  'Import',
  'Replay',
  'Limits',
  'Machine',
  'Shards and fleets',
  'Files',
  'Output',
] as const;

type OptionGroup = (typeof optionGroups)[number];

/** Describes an option: its flag, its help, its default, and which commands have it. */
export interface Option {
  /** As commander reads it; without one the option stands in configuration files only. */
  readonly flag?: string;
  /** May be given more than once; the value is then a list. */
  readonly repeatable?: boolean;
  readonly help: string;
  readonly group: OptionGroup;
  /** What is expected, for help, docs and errors. */
  readonly expects: string;
  /** As a configuration file would give it; null where it follows from other options, as `defaultHelp` says. */
  readonly default: unknown;
  readonly defaultHelp?: string;
  readonly commands: readonly CommandName[];
  /** What differs where commands share the option. */
  readonly forCommand?: Partial<Record<CommandName, OptionWords>>;
  /**
   * `study`: belongs to the results, is stored with them and must not change when a search resumes. `more`: the same,
   * but a resumed search may have more of it. `label`: stored, and free to change. `execution`: how this command runs;
   * never in a configuration file.
   */
  readonly scope: 'study' | 'more' | 'label' | 'execution';
  /** In place of `HGMLP_` and the key in capitals; null where the environment cannot give the option. */
  readonly environment?: string | null;
}

/** How an option is described. */
type OptionWords = Partial<Pick<Option, 'help' | 'expects' | 'defaultHelp' | 'group'>>;

function each(commands: readonly CommandName[], words: OptionWords): Partial<Record<CommandName, OptionWords>> {
  return Object.fromEntries(commands.map((command) => [command, words]));
}

const both: readonly CommandName[] = ['search', 'train'];
const search: readonly CommandName[] = ['search'];
const worker: readonly CommandName[] = ['worker'];
const train: readonly CommandName[] = ['train'];
const reproduce: readonly CommandName[] = ['reproduce'];
const imports: readonly CommandName[] = ['import'];
const merge: readonly CommandName[] = ['merge'];
const retry: readonly CommandName[] = ['retry'];
const replay: readonly CommandName[] = ['replay'];
const resampled: readonly CommandName[] = ['frontier compare', 'frontier check', 'frontier trend'];
const frontier: readonly CommandName[] = ['frontier show', 'frontier plot', ...resampled];
const data: readonly CommandName[] = ['data list', 'data fetch', 'data path'];
const table: readonly CommandName[] = ['data table'];
const bench: readonly CommandName[] = ['bench strategies'];
const doctor: readonly CommandName[] = ['doctor'];
/** All that print a result; a worker prints none. */
const printing: readonly CommandName[] = [
  ...both,
  ...reproduce,
  ...imports,
  ...merge,
  ...retry,
  ...replay,
  ...frontier,
  ...data,
  ...table,
  ...bench,
  ...doctor,
];
/** As the table of arch/families.ts lists them; a test compares the two. */
const familyNamesText = "'residual', 'mlp-ln', 'gated', 'plain' or 'two-stream'";
/** As sizeTable of arch/sizes.ts names them; a test compares the two. */
const sizeNamesText = "'trainable', 'total', 'multiply-adds', 'stored-bytes' or 'activation-bytes'";
const published = "the task's published recipe";

/** Describes every option by its key; the help, docs/options.md and stored configurations keep this order. */
export const options = {
  task: {
    flag: '--task <name>',
    help:
      'data set and kind of task, or table:<file>; kinds are denoising, super-resolution, generative-classification, ' +
      'classification, and for diamonds regression',
    group: 'Task',
    expects: 'the name of a task',
    default: 'mnist/denoising',
    commands: both,
    scope: 'study',
  },
  noiseLevel: {
    flag: '--noise-level <deviation>',
    help: 'denoising: standard deviation of the noise, where pixels are from 0 to 1',
    group: 'Task',
    expects: 'a number above 0',
    default: null,
    defaultHelp: '0.25',
    commands: both,
    scope: 'study',
  },
  scale: {
    flag: '--scale <factor>',
    help: 'super-resolution: how many times smaller its inputs are, in height and in width',
    group: 'Task',
    expects: 'a whole number from 2 that divides both',
    default: null,
    defaultHelp: '2',
    commands: both,
    scope: 'study',
  },
  imageSize: {
    flag: '--image-size <pixels>',
    help: 'folder:<path>: height and width that its pictures are resized to',
    group: 'Task',
    expects: 'a whole number from 6 to 1024',
    default: null,
    defaultHelp: '32',
    commands: [...both, 'data fetch'],
    scope: 'study',
  },
  imageChannels: {
    flag: '--image-channels <number>',
    help: 'folder:<path>: 3 keeps the colours of its pictures, 1 makes them grey',
    group: 'Task',
    expects: '1 or 3',
    default: null,
    defaultHelp: '3',
    commands: [...both, 'data fetch'],
    scope: 'study',
  },
  target: {
    flag: '--target <columns>',
    help: 'the column to be predicted, or several, separated by commas; beside an .npy file, the .npy file with the targets',
    group: 'Table',
    expects: 'names of columns, separated by commas',
    default: null,
    defaultHelp: 'required for CSV; y or targets of an .npz file',
    commands: [...both, ...table],
    scope: 'study',
  },
  targetKind: {
    flag: '--target-kind <kind>',
    help: 'regression, classification or multi-label',
    group: 'Table',
    expects: "'regression', 'classification' or 'multi-label'",
    default: null,
    defaultHelp: 'by the values of the target',
    commands: [...both, ...table],
    scope: 'study',
  },
  categorical: {
    flag: '--categorical <columns>',
    help: 'columns of which every text is a category, numbers too',
    group: 'Table',
    expects: 'names of columns, separated by commas',
    default: null,
    defaultHelp: 'columns of words',
    commands: [...both, ...table],
    scope: 'study',
  },
  numeric: {
    flag: '--numeric <columns>',
    help: 'columns of numbers; any other text in them counts as missing',
    group: 'Table',
    expects: 'names of columns, separated by commas',
    default: null,
    defaultHelp: 'columns of numbers only',
    commands: [...both, ...table],
    scope: 'study',
  },
  drop: {
    flag: '--drop <columns>',
    help: 'columns that are no inputs',
    group: 'Table',
    expects: 'names of columns, separated by commas',
    default: null,
    defaultHelp: 'none',
    commands: [...both, ...table],
    scope: 'study',
  },
  splitColumn: {
    flag: '--split-column <column>',
    help: 'the column that says of each row train, validation or test; it is no input',
    group: 'Table',
    expects: 'the name of a column',
    default: null,
    defaultHelp: 'a random split by --split-seed',
    commands: [...both, ...table],
    scope: 'study',
  },
  mostCategories: {
    flag: '--most-categories <number>',
    help: 'the most categories of one column, or classes of the target',
    group: 'Table',
    expects: 'a whole number from 2 to 10000',
    default: null,
    defaultHelp: '256',
    commands: [...both, ...table],
    scope: 'study',
  },
  columnNames: {
    flag: '--columns <names>',
    help: 'the names of all columns of a CSV file without a header, separated by commas',
    group: 'Table',
    expects: 'names, separated by commas',
    default: null,
    defaultHelp: 'the first line',
    commands: [...both, ...table],
    scope: 'study',
  },
  delimiter: {
    flag: '--delimiter <character>',
    help: 'what divides the cells of a CSV file: one character, or tab',
    group: 'Table',
    expects: "one character, or 'tab'",
    default: null,
    defaultHelp: 'comma, semicolon or tab, by the first line',
    commands: [...both, ...table],
    scope: 'study',
  },
  decimalMark: {
    flag: '--decimal-mark <mark>',
    help: 'the decimal mark of the numbers: point or comma',
    group: 'Table',
    expects: "'point' or 'comma'",
    default: null,
    defaultHelp: 'point',
    commands: [...both, ...table],
    scope: 'study',
  },
  splitSeed: {
    flag: '--split-seed <number>',
    help: 'folder:<path>, table:<file>: decides which items are for training (80 %), validation (10 %) and test (10 %)',
    group: 'Task',
    expects: 'a whole number from 0 to 4294967295',
    default: null,
    defaultHelp: '42',
    commands: [...both, ...table],
    scope: 'study',
    forCommand: {
      'data table': {
        help: 'decides which rows are for training (80 %), validation (10 %) and test (10 %)',
        group: 'Table',
      },
    },
  },
  budget: {
    flag: '--budget <parameters>',
    help: 'most parameters of a network (1M), a range (0.5M..4M), or several budgets (1M,2M,4M)',
    group: 'Search',
    expects: 'a number such as 1M, a range such as 0.5M..4M or a list such as 1M,2M,4M',
    default: '1M',
    commands: search,
    scope: 'study',
  },
  family: {
    flag: '--family <name>',
    help: "what a block of the networks is made of, with settings: 'residual?activation=gelu'; docs/families.md has all",
    group: 'Network',
    expects: familyNamesText,
    default: null,
    defaultHelp: 'residual',
    commands: both,
    scope: 'study',
  },
  families: {
    flag: '--families <list>',
    help: 'several families to search together, at equal sizes; each shape of each has a frontier of its own',
    group: 'Network',
    expects: `${familyNamesText}, or several of them separated by commas`,
    default: null,
    defaultHelp: 'the one of --family',
    commands: search,
    scope: 'study',
  },
  plugin: {
    flag: '--plugin <file>',
    repeatable: true,
    help:
      'a module of yours that defines families for --family or tasks for --task, see docs/plugins.md; it is run; ' +
      'repeatable',
    group: 'Network',
    expects: 'a .js, .mjs, .ts or .mts file',
    default: null,
    defaultHelp: 'none',
    commands: [...both, ...merge, ...retry, ...replay, ...frontier],
    scope: 'label',
    environment: null,
    forCommand: {
      ...each([...merge, ...replay, ...frontier], {
        help: 'the plugin that defines the family of the networks, which their sizes follow from; it is run; repeatable',
        group: 'Files',
      }),
      ...each(retry, {
        help: 'where the plugin is that the results were made with; it is run; repeatable',
        group: 'Files',
        defaultHelp: 'as the results say',
      }),
    },
  },
  size: {
    flag: '--size <name>',
    help:
      'what the budget bounds: trainable or total parameters, multiply-adds of one input, bytes that a file of the ' +
      'network stores (256kB), or the most bytes of activations at a time',
    group: 'Search',
    expects: sizeNamesText,
    default: null,
    defaultHelp: 'trainable',
    commands: search,
    scope: 'study',
  },
  limit: {
    flag: '--limit <size=most,...>',
    help: 'bounds other sizes too; networks are drawn inside all bounds: multiply-adds=2M,stored-bytes=256kB',
    group: 'Search',
    expects: `sizes and the most of each, such as multiply-adds=2M,stored-bytes=256kB; the sizes are ${sizeNamesText}`,
    default: null,
    defaultHelp: 'none',
    commands: search,
    scope: 'study',
  },
  strategy: {
    flag: '--strategy <name>',
    help:
      'how networks are chosen: random draws them inside the budget; halving does too, and stops early those that ' +
      'cannot reach the frontier; model and evolve choose networks and learning rates by earlier results; grid ' +
      'takes them from the lists of a configuration file; auto chooses one of these by what is asked for',
    group: 'Search',
    expects: "'auto', 'random', 'halving', 'model', 'evolve' or 'grid'",
    default: 'auto',
    commands: search,
    scope: 'study',
  },
  candidates: {
    flag: '--candidates <pairs>',
    help:
      'for random and halving: pairs of an hourglass and a conventional network with matched parameters; for model ' +
      'and evolve: networks of each shape, each at one learning rate',
    group: 'Search',
    expects: 'a whole number from 1',
    default: 10,
    commands: search,
    scope: 'more',
  },
  effort: {
    flag: '--effort <kind>',
    help:
      'how model, evolve and halving divide their trainings: equal gives each shape as many, free gives more where ' +
      'the joint frontier gains most',
    group: 'Search',
    expects: "'equal' or 'free'",
    default: 'equal',
    commands: search,
    scope: 'study',
  },
  lookEvery: {
    flag: '--look-every <number>',
    help:
      'for model, evolve and --replicates auto: how many trainings run between two looks at the results; for ' +
      'halving: how many may be running when it decides on the next one',
    group: 'Search',
    expects: 'a whole number from 1',
    default: 4,
    commands: search,
    scope: 'study',
  },
  reductionFactor: {
    flag: '--reduction-factor <number>',
    help: 'halving: how many times apart in epochs its rungs are; one in so many trainings is promoted early',
    group: 'Search',
    expects: 'a whole number from 2',
    default: 4,
    commands: search,
    scope: 'study',
  },
  tolerance: {
    flag: '--tolerance <share>',
    help:
      'halving: trainings are promoted until all stops together are expected to cost less than this share of the ' +
      'hypervolume',
    group: 'Search',
    expects: 'a number from 0 and below 1, such as 0.005',
    default: 0.005,
    commands: search,
    scope: 'study',
  },
  audit: {
    flag: '--audit <share>',
    help:
      'halving: share of the stopped trainings, drawn at random, that go on to their end, to measure how often ' +
      'stops are wrong',
    group: 'Search',
    expects: 'a number from 0 to 1',
    default: 0.05,
    commands: search,
    scope: 'study',
  },
  shapes: {
    flag: '--shapes <list>',
    help: 'shapes of networks to search',
    group: 'Search',
    expects: "'hourglass', 'conventional' or both, separated by commas",
    default: ['hourglass', 'conventional'],
    commands: search,
    scope: 'more',
  },
  learningRates: {
    flag: '--learning-rates <list>',
    help: 'learning rates to train every candidate at; the best on validation is reported',
    group: 'Search',
    expects: 'numbers above 0, separated by commas',
    default: null,
    defaultHelp: `that of ${published}; where --strategy auto lets results choose, that and 3 times as much`,
    commands: search,
    scope: 'more',
  },
  replicates: {
    flag: '--replicates <number>',
    help:
      'trainings of each candidate at each learning rate, with other random draws; auto:1..6 gives more than the ' +
      'fewest only where a verdict needs them',
    group: 'Search',
    expects: 'a whole number from 1, or the fewest and the most, such as auto:1..6',
    default: 1,
    commands: [...search, ...reproduce],
    scope: 'more',
    forCommand: {
      reproduce: {
        help: 'trainings of each point, with other random draws',
        expects: 'a whole number from 1',
        group: 'Training',
      },
    },
  },
  skip: {
    flag: '--skip <width>',
    help: 'width of the residual skip, d_z',
    group: 'Network',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'required',
    commands: train,
    scope: 'study',
  },
  bottleneck: {
    flag: '--bottleneck <width>',
    help: 'width inside a block, d_h',
    group: 'Network',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'required',
    commands: train,
    scope: 'study',
  },
  depth: {
    flag: '--depth <blocks>',
    help: 'number of residual blocks',
    group: 'Network',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'required',
    commands: train,
    scope: 'study',
  },
  inputProjection: {
    flag: '--input-projection <kind>',
    help:
      'matrix from the input to the skip: trainable, fixed (random, not trained), identity (trained, starts as the ' +
      'identity) or none',
    group: 'Network',
    expects: "'trainable', 'fixed', 'identity' or 'none'",
    default: 'trainable',
    commands: both,
    scope: 'study',
  },
  outputProjection: {
    flag: '--output-projection <kind>',
    help: 'matrix from the skip to the output: trainable or none',
    group: 'Network',
    expects: "'trainable' or 'none'",
    default: 'trainable',
    commands: both,
    scope: 'study',
  },
  learningRate: {
    flag: '--lr <rate>',
    help: 'learning rate at the start; it falls linearly to zero, where --learning-rate-step is not never',
    group: 'Training',
    expects: 'a number above 0',
    default: null,
    defaultHelp: published,
    commands: train,
    scope: 'study',
  },
  epochs: {
    flag: '--epochs <number>',
    help: 'passes over the training set',
    group: 'Training',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: published,
    commands: [...both, ...reproduce],
    scope: 'study',
    forCommand: { reproduce: { help: 'passes over the training set, in place of the published number' } },
  },
  patience: {
    flag: '--patience <epochs>',
    help:
      'end a training once so many epochs in a row were not better on validation than its best one, and take the ' +
      'weights of that one; not with halving',
    group: 'Training',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'none: all epochs, and the weights of the last one',
    commands: both,
    scope: 'study',
  },
  batchSize: {
    flag: '--batch-size <images>',
    help: 'images in a training step',
    group: 'Training',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: published,
    commands: both,
    scope: 'study',
  },
  learningRateStep: {
    flag: '--learning-rate-step <when>',
    help: 'the learning rate falls after every epoch or after every step, or never',
    group: 'Training',
    expects: "'epoch', 'step' or 'never'",
    default: null,
    defaultHelp: published,
    commands: both,
    scope: 'study',
  },
  weightDecay: {
    flag: '--weight-decay <number>',
    help: 'decoupled weight decay of AdamW',
    group: 'Training',
    expects: 'a number from 0',
    default: null,
    defaultHelp: published,
    commands: both,
    scope: 'study',
  },
  flips: {
    flag: '--flips <factor>',
    help: 'how many times longer the training set gets by flipped copies; pictures only',
    group: 'Training',
    expects: '1, 2 or 4',
    default: null,
    defaultHelp: published,
    commands: both,
    scope: 'study',
  },
  seed: {
    flag: '--seed <number>',
    help: 'decides every random draw: candidates, weights, noise and the order of images',
    group: 'Training',
    expects: 'a whole number from 0',
    default: 1,
    commands: [...both, ...reproduce, ...resampled],
    scope: 'study',
    forCommand: each(resampled, { help: 'decides the random draws of the resamples', group: 'Frontier' }),
  },
  replicate: {
    flag: '--replicate <number>',
    help: 'which replicate to train, from 0',
    group: 'Training',
    expects: 'a whole number from 0',
    default: 0,
    commands: train,
    scope: 'study',
  },
  samples: {
    flag: '--samples <file>',
    help: 'write a picture (PNG) of the first test images: inputs, predictions and targets',
    group: 'Files',
    expects: 'a file',
    default: null,
    defaultHelp: 'none',
    commands: train,
    scope: 'execution',
  },
  checkpoints: {
    flag: '--checkpoints <folder>',
    help:
      'folder to save the training in, every half minute and when asked to stop (Ctrl-C, SIGTERM, SIGUSR1, SIGHUP); ' +
      'the same command goes on from there',
    group: 'Files',
    expects: 'a folder',
    default: null,
    defaultHelp: 'none',
    commands: [...train, ...worker],
    scope: 'execution',
    forCommand: {
      worker: {
        help:
          'folder to save trainings in, every half minute and when asked to stop; any worker with this folder goes ' +
          'on from there',
      },
    },
  },
  device: {
    flag: '--device <kind>',
    help:
      'what the networks train on; auto takes the first that works of CUDA, WebGPU on a real adapter and the ' +
      'processor',
    group: 'Machine',
    expects: "'auto', 'cpu', 'cuda', 'webgpu', 'coreml' or 'dml'",
    default: 'auto',
    commands: [...both, ...worker, ...reproduce],
    scope: 'execution',
  },
  engine: {
    flag: '--engine <name>',
    help: 'program that trains the networks; hgmlp doctor lists them',
    group: 'Machine',
    expects: 'the name of an engine',
    default: null,
    defaultHelp: 'what the results folder has, else the first on the --device that works',
    commands: [...both, ...worker, ...reproduce],
    scope: 'study',
    forCommand: each(['train', 'worker'], { defaultHelp: 'the first on the --device that works' }),
  },
  provedEngine: {
    flag: '--engine <name>',
    help: 'test only this engine; the exit code says whether it works',
    group: 'Machine',
    expects: 'the name of an engine',
    default: null,
    defaultHelp: 'all',
    commands: doctor,
    scope: 'execution',
    environment: null,
  },
  space: {
    help: 'where random draws: depth and ratio (bottleneck over skip width) of each shape, smallest and largest',
    group: 'Search',
    expects: 'for hourglass and conventional: depth [smallest, largest] and ratio [smallest, largest]',
    default: null,
    defaultHelp: 'hourglass: depth 1 to 20, ratio 0.02 to 0.8; conventional: depth 1 to 6, ratio 1.05 to 6',
    commands: search,
    scope: 'study',
    environment: null,
  },
  grid: {
    help: 'what grid combines: skipWidths, bottleneckWidths and depths of each shape',
    group: 'Search',
    expects: 'for hourglass and conventional: lists of whole numbers skipWidths, bottleneckWidths and depths',
    default: null,
    defaultHelp: 'required by the grid strategy',
    commands: search,
    scope: 'study',
    environment: null,
  },
  name: {
    flag: '--name <text>',
    help: 'name of the study, and of its folder in results/',
    group: 'Files',
    expects: 'letters, digits, dots, dashes and underscores',
    default: null,
    defaultHelp: 'from the task and the budget',
    commands: search,
    scope: 'label',
  },
  shard: {
    flag: '--shard <number/count>',
    help: 'train one share of the plan; hgmlp merge makes one study of all shares',
    group: 'Shards and fleets',
    expects: 'which of how many, such as 2/8; in a Slurm job array also slurm or slurm/8',
    default: null,
    defaultHelp: 'the whole plan',
    commands: search,
    scope: 'study',
  },
  shared: {
    flag: '--shared',
    help: 'write into the folder of the whole study, which the machines of all shards share',
    group: 'Shards and fleets',
    expects: 'true or false',
    default: false,
    commands: search,
    scope: 'execution',
  },
  maxTime: {
    flag: '--max-time <duration>',
    help: 'time that this command may take; of the points that fit into it, those that tell most are trained',
    group: 'Limits',
    expects: 'a duration such as 45s, 30m, 1h or 1h30m',
    default: '1h',
    commands: reproduce,
    scope: 'label',
  },
  queue: {
    flag: '--queue <url>',
    help:
      'Redis of a fleet: its workers train, this machine plans and records; user and password are never shown or ' +
      'kept',
    group: 'Shards and fleets',
    expects: 'redis://[user:password@]host[:port][/database], or rediss:// for TLS',
    default: null,
    defaultHelp: 'this machine trains',
    commands: [...search, ...worker],
    scope: 'execution',
    forCommand: {
      worker: {
        help: 'Redis of the fleet whose searches it trains for; user and password are never shown or kept',
        defaultHelp: 'required',
      },
    },
  },
  idleExit: {
    flag: '--idle-exit <duration>',
    help: 'end after there was nothing to do for this long',
    group: 'Limits',
    expects: 'a duration such as 45s, 30m, 1h or 1h30m',
    default: null,
    defaultHelp: 'waits for ever',
    commands: worker,
    scope: 'execution',
  },
  lease: {
    flag: '--lease <duration>',
    help: 'how long a worker may be silent until its runs go to others',
    group: 'Shards and fleets',
    expects: 'a duration from 1s, such as 45s or 5m',
    default: '1m',
    commands: worker,
    scope: 'execution',
  },
  timeLimit: {
    flag: '--max-time <duration>',
    help: 'end the search once networks have been in training for this long, all restarts together',
    group: 'Limits',
    expects: 'a duration such as 45s, 30m, 1h or 1h30m',
    default: null,
    defaultHelp: 'none',
    commands: search,
    scope: 'execution',
    environment: 'HGMLP_MAX_TIME',
  },
  maxRuns: {
    flag: '--max-runs <number>',
    help: 'end the search once this many of its runs have ended, all restarts together',
    group: 'Limits',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'none',
    commands: [...search, ...worker],
    scope: 'execution',
    forCommand: { worker: { help: 'end once it has done so many runs' } },
  },
  maxFailures: {
    flag: '--max-failures <number>',
    help: 'end the search once this many of its runs are recorded as failed, all restarts together',
    group: 'Limits',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'none',
    commands: search,
    scope: 'execution',
  },
  untilStable: {
    flag: '--until-stable <share>',
    help: 'model: end once the best network left is expected to add less than this share of the hypervolume found',
    group: 'Limits',
    expects: 'a number above 0 and below 1, such as 0.001',
    default: null,
    defaultHelp: 'all candidates are trained',
    commands: search,
    scope: 'execution',
  },
  failed: {
    flag: '--failed',
    help: 'train again the runs that the log records as failed',
    group: 'Runs to train again',
    expects: 'true or false',
    default: false,
    commands: retry,
    scope: 'execution',
    environment: null,
  },
  stopped: {
    flag: '--stopped',
    help: 'train to their end the runs that the search has stopped early (--strategy halving)',
    group: 'Runs to train again',
    expects: 'true or false',
    default: false,
    commands: retry,
    scope: 'execution',
    environment: null,
  },
  ofTask: {
    flag: '--task <name>',
    help: 'the task of all runs if the file does not name one; if it does, the only task to import',
    group: 'Import',
    expects: 'the name of a task',
    default: null,
    defaultHelp: 'all tasks of the file',
    commands: imports,
    scope: 'execution',
    environment: null,
  },
  column: {
    flag: '--column <ours=theirs>',
    repeatable: true,
    help:
      'which column of the file holds a field, such as skip_width=d_z; nothing after = leaves the field out; ' +
      'repeatable',
    group: 'Import',
    expects: 'a name of ours, = and a name in the file',
    default: null,
    defaultHelp: 'found by their names',
    commands: imports,
    scope: 'execution',
    environment: null,
  },
  set: {
    flag: '--set <ours=value>',
    repeatable: true,
    help: 'a value that all runs have, in place of a column, such as learning_rate=1e-3; repeatable',
    group: 'Import',
    expects: 'a name of ours, = and a value',
    default: null,
    defaultHelp: 'none',
    commands: imports,
    scope: 'execution',
    environment: null,
  },
  inputWidth: {
    flag: '--input-width <values>',
    help: 'for a task that hgmlp does not have: the number of values of one input',
    group: 'Import',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'that of the task',
    commands: imports,
    scope: 'execution',
    environment: null,
  },
  outputWidth: {
    flag: '--output-width <values>',
    help: 'for a task that hgmlp does not have: the number of values of one output',
    group: 'Import',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'that of the task',
    commands: imports,
    scope: 'execution',
    environment: null,
  },
  trainingImages: {
    flag: '--training-images <images>',
    help: 'for a task that hgmlp does not have: the number of images in its training set',
    group: 'Import',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'those of the task',
    commands: imports,
    scope: 'execution',
    environment: null,
  },
  dataFolder: {
    flag: '--data-folder <folder>',
    help: 'folder with the data sets, such as <folder>/cifar10; MNIST comes with hgmlp',
    group: 'Files',
    expects: 'a folder',
    default: null,
    defaultHelp: "hgmlp in the user's cache folder",
    commands: [...both, ...worker, ...reproduce, ...retry, ...data],
    scope: 'execution',
    environment: 'HGMLP_DATA',
  },
  config: {
    flag: '--config <file>',
    help: 'YAML file with options of the study by their keys (docs/options.md); flags take precedence',
    group: 'Files',
    expects: 'a file',
    default: null,
    defaultHelp: 'none',
    commands: search,
    scope: 'execution',
  },
  out: {
    flag: '--out <folder>',
    help: 'results folder; the same command with the same folder goes on where it was',
    group: 'Files',
    expects: 'a folder',
    default: null,
    defaultHelp: 'results/<name>',
    commands: [...search, ...reproduce, ...imports, ...merge, ...bench],
    scope: 'execution',
    forCommand: {
      reproduce: { defaultHelp: 'results/reproduce-<task>' },
      import: {
        help: 'results folder; for a file with several tasks, the folder that holds theirs',
        defaultHelp: 'results/<file>-<task>',
      },
      merge: {
        help: 'results folder of the whole study; what it holds is added to',
        defaultHelp: 'results/<name of the study>',
      },
      'bench strategies': { help: 'folder of the tables and plots', defaultHelp: 'results/bench-strategies' },
    },
  },
  workers: {
    flag: '--workers <number>',
    help:
      'worker processes that train side by side, one thread each; more workers than --devices are spread over these ' +
      'in turn',
    group: 'Machine',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'one per core, or one per device',
    commands: [...search, ...worker, ...reproduce, ...retry],
    scope: 'execution',
  },
  devices: {
    flag: '--devices <numbers>',
    help: 'the GPUs to train on, by their CUDA numbers, such as 0,1',
    group: 'Machine',
    expects: 'whole numbers from 0, separated by commas',
    default: null,
    defaultHelp: 'all',
    commands: [...search, ...worker, ...reproduce, ...retry],
    scope: 'execution',
  },
  pack: {
    flag: '--pack <number>',
    help: 'how many networks of one architecture a worker trains side by side at most, if the engine can',
    group: 'Machine',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'all learning rates and replicates',
    commands: [...search, ...reproduce, ...retry],
    scope: 'execution',
    forCommand: { reproduce: { defaultHelp: 'all replicates' } },
  },
  fresh: {
    flag: '--fresh',
    help: 'start over: remove what the results folder holds (asks first, see --yes)',
    group: 'Files',
    expects: 'true or false',
    default: false,
    commands: [...search, ...reproduce, ...imports, ...merge, 'data fetch'],
    scope: 'execution',
    environment: null,
    forCommand: { 'data fetch': { help: 'fetch the data again, and replace what is there' } },
  },
  yes: {
    flag: '--yes',
    help: 'do not ask before results are removed; --fresh needs it where nobody can be asked, as in scripts',
    group: 'Files',
    expects: 'true or false',
    default: false,
    commands: [...search, ...reproduce, ...imports, ...merge],
    scope: 'execution',
    environment: null,
  },
  dryRun: {
    flag: '--dry-run',
    help: 'list the candidates and estimate the time; train nothing',
    group: 'Files',
    expects: 'true or false',
    default: false,
    commands: [...search, ...reproduce, ...imports, ...merge, ...retry],
    scope: 'execution',
    forCommand: {
      reproduce: { help: 'list the points and estimate the time; train nothing' },
      import: { help: 'check the file and say what would be imported; write nothing' },
      merge: { help: 'say what the folders hold and what is missing; write nothing' },
      retry: { help: 'list the runs that would be trained again; train nothing' },
    },
  },
  interval: {
    flag: '--interval <parameters>',
    help: 'budgets over which the frontiers are compared, such as 1M..8M',
    group: 'Frontier',
    expects: 'a range of parameters such as 1M..8M',
    default: null,
    defaultHelp: 'from where there are networks to the largest budget searched',
    commands: resampled,
    scope: 'execution',
    forCommand: { 'frontier trend': { help: 'budgets over which the best networks are followed, such as 1M..8M' } },
  },
  baseline: {
    flag: '--baseline <folder>',
    help: 'results folder that the frontier must not be worse than, or folder:shape',
    group: 'Frontier',
    expects: 'a results folder',
    default: null,
    defaultHelp: 'none; one has to be named',
    commands: ['frontier check'],
    scope: 'execution',
  },
  margin: {
    flag: '--margin <number>',
    help: 'how far the mean result may lie behind that of the baseline, in the unit in which the metric is shown',
    group: 'Frontier',
    expects: 'a number from 0, in the unit of the metric',
    default: null,
    defaultHelp: '0.02 dB for PSNR, 0.5 points for accuracy; for other metrics it has to be named',
    commands: ['frontier check'],
    scope: 'execution',
  },
  at: {
    flag: '--at <parameters>',
    help: 'budgets at which the gap is shown',
    group: 'Frontier',
    expects: 'a number such as 2M or a list such as 1M,2M,4M',
    default: null,
    defaultHelp: 'both ends of the interval and its middle on a log scale',
    commands: ['frontier compare'],
    scope: 'execution',
  },
  reference: {
    flag: '--reference <number>',
    help: 'the result beyond which the hypervolume of each frontier is counted; the difference needs none',
    group: 'Frontier',
    expects: 'a number in the unit of the metric, such as 20 for 20 dB',
    default: null,
    defaultHelp: 'none',
    commands: ['frontier compare'],
    scope: 'execution',
  },
  level: {
    flag: '--level <share>',
    help: 'confidence level of the intervals',
    group: 'Frontier',
    expects: 'a number above 0 and below 1',
    default: 0.9,
    commands: resampled,
    scope: 'execution',
  },
  resamples: {
    flag: '--resamples <number>',
    help: 'number of resamples of the replicates, for intervals and probabilities',
    group: 'Frontier',
    expects: 'a whole number from 1',
    default: 2000,
    commands: resampled,
    scope: 'execution',
  },
  noiseStd: {
    flag: '--noise-std <number>',
    help: 'standard deviation of the result of a run over replicates, in the unit of the metric, used if the runs do not show it',
    group: 'Frontier',
    expects: 'a number from 0 to 1e100, in the unit of the metric',
    default: null,
    defaultHelp: 'the spread of the replicates',
    commands: frontier,
    scope: 'execution',
  },
  curves: {
    flag: '--curves <file>',
    help:
      'learning curves of the recorded runs, which halving needs: a CSV file with a row for each epoch of each run; ' +
      'a results folder has its own',
    group: 'Replay',
    expects: 'a file',
    default: null,
    defaultHelp: 'those of the results folder',
    commands: bench,
    scope: 'execution',
  },
  table: {
    flag: '--table <path>',
    help: 'the recorded runs that stand in for training: a results folder, or a CSV file as import reads it',
    group: 'Replay',
    expects: 'a folder or a file',
    default: null,
    defaultHelp: 'required',
    commands: bench,
    scope: 'execution',
  },
  strategies: {
    flag: '--strategies <list>',
    help: 'strategies to replay on the recorded runs',
    group: 'Replay',
    expects: "some of 'random', 'halving', 'evolve', 'model' and 'grid', separated by commas",
    default: ['random', 'evolve', 'model'],
    commands: bench,
    scope: 'execution',
  },
  ofShapes: {
    flag: '--shapes <list>',
    help: 'shapes to replay, each on its own',
    group: 'Replay',
    expects: "'hourglass', 'conventional' or both, separated by commas",
    default: ['hourglass', 'conventional'],
    commands: bench,
    scope: 'execution',
    environment: null,
  },
  seeds: {
    flag: '--seeds <number>',
    help: 'how often each strategy is replayed, each time with another seed',
    group: 'Replay',
    expects: 'a whole number from 1',
    default: 50,
    commands: bench,
    scope: 'execution',
  },
  most: {
    flag: '--most <share>',
    help: 'share of the recorded configurations that a strategy may use',
    group: 'Replay',
    expects: 'a number from 0.01 to 1',
    default: 0.2,
    commands: bench,
    scope: 'execution',
  },
  playLookEvery: {
    flag: '--look-every <number>',
    help: 'how many trainings are replayed between two looks at the results, as if by so many workers',
    group: 'Replay',
    expects: 'a whole number from 1',
    default: 1,
    commands: bench,
    scope: 'execution',
    environment: null,
  },
  format: {
    flag: '--format <kind>',
    help: 'format of printed tables: table or markdown',
    group: 'Output',
    expects: "'table' or 'markdown'",
    default: 'table',
    commands: ['frontier show', ...resampled],
    scope: 'execution',
  },
  axis: {
    flag: '--axis <size>',
    help: 'the size that quality is set against: parameters, multiply-adds or bytes',
    group: 'Frontier',
    expects: sizeNamesText,
    default: null,
    defaultHelp: 'what the budget of its search bounded',
    commands: frontier,
    scope: 'execution',
  },
  axisScale: {
    flag: '--axis-scale <scale>',
    help: 'scale of the axis of sizes',
    group: 'Output',
    expects: "'log' or 'linear'",
    default: 'log',
    commands: ['frontier plot'],
    scope: 'execution',
  },
  json: {
    flag: '--json',
    help: 'print one JSON document on standard output',
    group: 'Output',
    expects: 'true or false',
    default: false,
    commands: printing,
    scope: 'execution',
  },
  quiet: {
    flag: '--quiet',
    help: 'no progress and no messages, only results and errors',
    group: 'Output',
    expects: 'true or false',
    default: false,
    commands: [...printing, ...worker],
    scope: 'execution',
  },
  logLevel: {
    flag: '--log-level <level>',
    help:
      'diagnostics as JSON lines on standard error: what was chosen, started, finished and written (info), every event ' +
      '(debug), or only warnings (warn)',
    group: 'Output',
    expects: "'debug', 'info', 'warn' or 'silent'",
    default: 'silent',
    commands: [...both, ...worker, ...reproduce, ...imports, ...retry],
    scope: 'execution',
  },
} as const satisfies Record<string, Option>;

/** Names an option as configuration files and the library do. */
export type OptionKey = keyof typeof options;

/** Joins an option with its key. */
export type OptionRow = Option & { readonly key: OptionKey };

/** Gives the options of a command, in the order of the table, described as what they are there. */
export function optionsOf(command: CommandName): OptionRow[] {
  const rows = optionRows().filter((row) => row.commands.includes(command));
  return rows.map((row) => ({ ...row, ...row.forCommand?.[command] }));
}

/** Gives the options of these keys, in the order of the table. */
export function rowsOf(keys: readonly OptionKey[]): OptionRow[] {
  return optionRows().filter(({ key }) => keys.includes(key));
}

/** Gives the options of all commands, in the order of the table. */
export function optionRows(): OptionRow[] {
  return (Object.entries(options) as [OptionKey, Option][]).map(([key, row]) => ({ key, ...row }));
}

/**
 * Gives the name of the variable for an option, such as `HGMLP_LEARNING_RATES` for `learningRates`; null where the
 * environment cannot give it.
 */
export function environmentName(key: OptionKey): string | null {
  const row: Option = options[key];
  return row.environment === undefined ? derivedName(key) : row.environment;
}

function derivedName(key: OptionKey): string {
  return `HGMLP_${key.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase()}`;
}
