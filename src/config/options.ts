/**
 * The one table of options: flags, configuration keys, environment names, defaults, help and docs come from it.
 * It imports nothing heavy, so that `--help` is fast; how values are checked stands in fields.ts.
 */

export type CommandName =
  | 'search'
  | 'worker'
  | 'train'
  | 'reproduce'
  | 'import'
  | 'merge'
  | 'retry'
  | 'replay'
  | 'frontier show'
  | 'frontier plot'
  | 'frontier compare'
  | 'frontier check'
  | 'frontier trend'
  | 'data list'
  | 'data fetch'
  | 'data path'
  | 'bench strategies'
  | 'doctor';

export interface Option {
  /** As commander reads it; without one the option stands in configuration files only. */
  readonly flag?: string;
  /** May be given more than once; the value is then a list. */
  readonly repeatable?: boolean;
  readonly help: string;
  /** What is expected, for help, docs and errors. */
  readonly expects: string;
  /** As a configuration file would give it; null where it follows from other options, as `defaultHelp` says. */
  readonly default: unknown;
  readonly defaultHelp?: string;
  readonly commands: readonly CommandName[];
  /**
   * `study`: belongs to the results, is stored with them and must not change when a search resumes. `more`: the same,
   * but a resumed search may have more of it. `label`: stored, and free to change. `execution`: how this command runs;
   * never in a configuration file.
   */
  readonly scope: 'study' | 'more' | 'label' | 'execution';
  /** In place of `HGMLP_` and the key in capitals; null where the environment cannot give the option. */
  readonly environment?: string | null;
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
  ...bench,
  ...doctor,
];
const published = "the task's published recipe";

export const options = {
  task: {
    flag: '--task <name>',
    help: 'what the networks learn: a data set and a task',
    expects: 'the name of a task',
    default: 'mnist/denoising',
    commands: both,
    scope: 'study',
  },
  noiseLevel: {
    flag: '--noise-level <deviation>',
    help: 'standard deviation of the noise of denoising, pixels in [0, 1]',
    expects: 'a number above 0',
    default: null,
    defaultHelp: '0.25',
    commands: both,
    scope: 'study',
  },
  scale: {
    flag: '--scale <factor>',
    help: 'how many times smaller super-resolution makes the height and the width',
    expects: 'a whole number from 2 that divides both',
    default: null,
    defaultHelp: '2',
    commands: both,
    scope: 'study',
  },
  imageSize: {
    flag: '--image-size <pixels>',
    help: 'height and width that the pictures of a folder:<path> are resized to',
    expects: 'a whole number from 6 to 1024',
    default: null,
    defaultHelp: '32',
    commands: [...both, 'data fetch'],
    scope: 'study',
  },
  imageChannels: {
    flag: '--image-channels <number>',
    help: 'colours of the pictures of a folder:<path>: 1 is grey',
    expects: '1 or 3',
    default: null,
    defaultHelp: '3',
    commands: [...both, 'data fetch'],
    scope: 'study',
  },
  splitSeed: {
    flag: '--split-seed <number>',
    help: 'decides which pictures of a folder:<path> are trained on: 80 %, 10 % validation, 10 % test',
    expects: 'a whole number from 0 to 4294967295',
    default: null,
    defaultHelp: '42',
    commands: both,
    scope: 'study',
  },
  budget: {
    flag: '--budget <parameters>',
    help: 'parameters: at most (1M), a range (0.5M..4M) or a list (1M,2M,4M)',
    expects: 'a number such as 1M, a range such as 0.5M..4M or a list such as 1M,2M,4M',
    default: '1M',
    commands: search,
    scope: 'study',
  },
  count: {
    flag: '--count <which>',
    help: 'the parameters a budget and a frontier count: trainable or total',
    expects: "'trainable' or 'total'",
    default: null,
    defaultHelp: 'trainable; for a frontier what its search counted',
    commands: [...search, ...frontier],
    scope: 'study',
  },
  strategy: {
    flag: '--strategy <name>',
    help:
      'random draws candidates inside the budget; halving does too, and stops early those that cannot reach the ' +
      'frontier; model and evolve choose networks and learning rates by what the earlier ones gave; grid takes them ' +
      'from the lists of a configuration file; auto is one of them by what is asked for',
    expects: "'auto', 'random', 'halving', 'model', 'evolve' or 'grid'",
    default: 'auto',
    commands: search,
    scope: 'study',
  },
  candidates: {
    flag: '--candidates <pairs>',
    help:
      'pairs that random and halving draw: an hourglass and a conventional network with the same parameters; for model and ' +
      'evolve, networks of each shape, each at one learning rate',
    expects: 'a whole number from 1',
    default: 10,
    commands: search,
    scope: 'more',
  },
  effort: {
    flag: '--effort <kind>',
    help:
      'how model, evolve and halving divide their trainings: as many for each shape, with a frontier of its own, or ' +
      'wherever the frontier of both gains most',
    expects: "'equal' or 'free'",
    default: 'equal',
    commands: search,
    scope: 'study',
  },
  lookEvery: {
    flag: '--look-every <number>',
    help:
      'trainings, side by side, after which model, evolve and --replicates auto look at the results and choose again; for ' +
      'halving, those that may be under way when it decides on the next',
    expects: 'a whole number from 1',
    default: 4,
    commands: search,
    scope: 'study',
  },
  reductionFactor: {
    flag: '--reduction-factor <number>',
    help: 'halving judges trainings at epochs this many times apart, and sends one of so many on before all have started',
    expects: 'a whole number from 2',
    default: 4,
    commands: search,
    scope: 'study',
  },
  tolerance: {
    flag: '--tolerance <share>',
    help: 'halving trains on until what it stops is expected to add less than this share to the hypervolume found',
    expects: 'a number from 0 and below 1, such as 0.005',
    default: 0.005,
    commands: search,
    scope: 'study',
  },
  audit: {
    flag: '--audit <share>',
    help: 'the share of what halving would stop that goes on all the same, drawn at random: how often was it wrong?',
    expects: 'a number from 0 to 1',
    default: 0.05,
    commands: search,
    scope: 'study',
  },
  shapes: {
    flag: '--shapes <list>',
    help: 'shapes to search',
    expects: "'hourglass', 'conventional' or both, separated by commas",
    default: ['hourglass', 'conventional'],
    commands: search,
    scope: 'more',
  },
  learningRates: {
    flag: '--learning-rates <list>',
    help: 'learning rates to try for every candidate; the best on validation is reported',
    expects: 'numbers above 0, separated by commas',
    default: null,
    defaultHelp: `that of ${published}; where --strategy auto lets results choose, that and 3 times as much`,
    commands: search,
    scope: 'more',
  },
  replicates: {
    flag: '--replicates <number>',
    help:
      'trainings of each candidate at each learning rate, with other seeds; auto:1..6 gives a search more than the fewest ' +
      'only where a verdict needs them',
    expects: 'a whole number from 1, or the fewest and the most, such as auto:1..6',
    default: 1,
    commands: [...search, ...reproduce],
    scope: 'more',
  },
  skip: {
    flag: '--skip <width>',
    help: 'width of the residual skip, d_z',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'required',
    commands: train,
    scope: 'study',
  },
  bottleneck: {
    flag: '--bottleneck <width>',
    help: 'width inside a block, d_h',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'required',
    commands: train,
    scope: 'study',
  },
  depth: {
    flag: '--depth <blocks>',
    help: 'number of residual blocks',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'required',
    commands: train,
    scope: 'study',
  },
  inputProjection: {
    flag: '--input-projection <kind>',
    help: 'trainable, fixed (at random), identity (where it starts) or none',
    expects: "'trainable', 'fixed', 'identity' or 'none'",
    default: 'trainable',
    commands: both,
    scope: 'study',
  },
  outputProjection: {
    flag: '--output-projection <kind>',
    help: 'trainable or none',
    expects: "'trainable' or 'none'",
    default: 'trainable',
    commands: both,
    scope: 'study',
  },
  learningRate: {
    flag: '--lr <rate>',
    help: 'learning rate at the start; it falls linearly to zero',
    expects: 'a number above 0',
    default: null,
    defaultHelp: published,
    commands: train,
    scope: 'study',
  },
  epochs: {
    flag: '--epochs <number>',
    help: 'passes over the training set',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: published,
    commands: [...both, ...reproduce],
    scope: 'study',
  },
  batchSize: {
    flag: '--batch-size <images>',
    help: 'images in a training step',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: published,
    commands: both,
    scope: 'study',
  },
  learningRateStep: {
    flag: '--learning-rate-step <when>',
    help: 'the learning rate falls after every epoch or every step',
    expects: "'epoch' or 'step'",
    default: null,
    defaultHelp: published,
    commands: both,
    scope: 'study',
  },
  weightDecay: {
    flag: '--weight-decay <number>',
    help: 'decoupled weight decay of AdamW',
    expects: 'a number from 0',
    default: null,
    defaultHelp: published,
    commands: both,
    scope: 'study',
  },
  flips: {
    flag: '--flips <factor>',
    help: 'the training set becomes this many times longer by flipped images',
    expects: '1, 2 or 4',
    default: null,
    defaultHelp: published,
    commands: both,
    scope: 'study',
  },
  seed: {
    flag: '--seed <number>',
    help: 'decides every random draw',
    expects: 'a whole number from 0',
    default: 1,
    commands: [...both, ...reproduce, ...resampled],
    scope: 'study',
  },
  replicate: {
    flag: '--replicate <number>',
    help: 'which replicate to train, from 0',
    expects: 'a whole number from 0',
    default: 0,
    commands: train,
    scope: 'study',
  },
  samples: {
    flag: '--samples <file>',
    help: 'picture (PNG) of the first test images: inputs, predictions and targets',
    expects: 'a file',
    default: null,
    defaultHelp: 'none',
    commands: train,
    scope: 'execution',
  },
  checkpoints: {
    flag: '--checkpoints <folder>',
    help: 'save here every half minute and when asked to stop (Ctrl-C, SIGTERM, SIGUSR1); the same command goes on',
    expects: 'a folder',
    default: null,
    defaultHelp: 'none',
    commands: [...train, ...worker],
    scope: 'execution',
  },
  device: {
    flag: '--device <kind>',
    help: 'what the networks train on; auto takes CUDA, WebGPU on a real adapter or the processor, the first that works',
    expects: "'auto', 'cpu', 'cuda', 'webgpu', 'coreml' or 'dml'",
    default: 'auto',
    commands: [...both, ...worker, ...reproduce],
    scope: 'execution',
  },
  engine: {
    flag: '--engine <name>',
    help: 'what trains the networks; hgmlp doctor lists the engines',
    expects: 'the name of an engine',
    default: null,
    defaultHelp: 'what the results folder has, else the first on the --device that works',
    commands: [...both, ...worker, ...reproduce],
    scope: 'study',
  },
  provedEngine: {
    flag: '--engine <name>',
    help: 'the only engine to prove; the exit code says whether it works',
    expects: 'the name of an engine',
    default: null,
    defaultHelp: 'all',
    commands: doctor,
    scope: 'execution',
    environment: null,
  },
  space: {
    help: 'where random draws: depth and ratio (bottleneck over skip width) of each shape, smallest and largest',
    expects: 'for hourglass and conventional: depth [smallest, largest] and ratio [smallest, largest]',
    default: null,
    defaultHelp: 'hourglass: depth 1 to 20, ratio 0.02 to 0.8; conventional: depth 1 to 6, ratio 1.05 to 6',
    commands: search,
    scope: 'study',
    environment: null,
  },
  grid: {
    help: 'what grid combines: skipWidths, bottleneckWidths and depths of each shape',
    expects: 'for hourglass and conventional: lists of whole numbers skipWidths, bottleneckWidths and depths',
    default: null,
    defaultHelp: 'required by the grid strategy',
    commands: search,
    scope: 'study',
    environment: null,
  },
  name: {
    flag: '--name <text>',
    help: 'name of the study and of its folder in results/',
    expects: 'letters, digits, dots, dashes and underscores',
    default: null,
    defaultHelp: 'from the task and the budget',
    commands: search,
    scope: 'label',
  },
  shard: {
    flag: '--shard <number/count>',
    help: 'train one of several shares of the plan; hgmlp merge makes one study of them',
    expects: 'which of how many, such as 2/8; in a Slurm job array also slurm or slurm/8',
    default: null,
    defaultHelp: 'the whole plan',
    commands: search,
    scope: 'study',
  },
  shared: {
    flag: '--shared',
    help: 'all shards write into one folder that their machines share, that of the whole study',
    expects: 'true or false',
    default: false,
    commands: search,
    scope: 'execution',
  },
  maxTime: {
    flag: '--max-time <duration>',
    help: 'what this command may take; the points that tell most and fit are trained, those in the log already cost nothing',
    expects: 'a duration such as 45s, 30m, 1h or 1h30m',
    default: '1h',
    commands: reproduce,
    scope: 'label',
  },
  queue: {
    flag: '--queue <url>',
    help: 'Redis of a fleet: hgmlp worker trains for the searches there; user and password are never shown or kept',
    expects: 'redis://[user:password@]host[:port][/database], or rediss:// for TLS',
    default: null,
    defaultHelp: 'this machine trains',
    commands: [...search, ...worker],
    scope: 'execution',
  },
  idleExit: {
    flag: '--idle-exit <duration>',
    help: 'ends once there was nothing to do for so long',
    expects: 'a duration such as 45s, 30m, 1h or 1h30m',
    default: null,
    defaultHelp: 'waits for ever',
    commands: worker,
    scope: 'execution',
  },
  lease: {
    flag: '--lease <duration>',
    help: 'how long a worker may be silent until its runs go to others',
    expects: 'a duration from 1s, such as 45s or 5m',
    default: '1m',
    commands: worker,
    scope: 'execution',
  },
  timeLimit: {
    flag: '--max-time <duration>',
    help: 'ends the search once networks have been in training for so long, over all restarts',
    expects: 'a duration such as 45s, 30m, 1h or 1h30m',
    default: null,
    defaultHelp: 'none',
    commands: search,
    scope: 'execution',
    environment: 'HGMLP_MAX_TIME',
  },
  maxRuns: {
    flag: '--max-runs <number>',
    help: 'ends the search once so many of its runs have ended, over all restarts; ends a worker once it has done so many',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'none',
    commands: [...search, ...worker],
    scope: 'execution',
  },
  maxFailures: {
    flag: '--max-failures <number>',
    help: 'ends the search once so many of its runs are recorded as failed, over all restarts',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'none',
    commands: search,
    scope: 'execution',
  },
  untilStable: {
    flag: '--until-stable <share>',
    help: 'ends a search by model once another network is expected to add less than this share of the hypervolume found',
    expects: 'a number above 0 and below 1, such as 0.001',
    default: null,
    defaultHelp: 'all candidates are trained',
    commands: search,
    scope: 'execution',
  },
  failed: {
    flag: '--failed',
    help: 'train again the runs that the log records as failed',
    expects: 'true or false',
    default: false,
    commands: retry,
    scope: 'execution',
    environment: null,
  },
  stopped: {
    flag: '--stopped',
    help: 'train on, to their end, the runs that halving has stopped',
    expects: 'true or false',
    default: false,
    commands: retry,
    scope: 'execution',
    environment: null,
  },
  ofTask: {
    flag: '--task <name>',
    help: 'the task of all runs where the file does not say it; where it does, the only one to import',
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
    help: 'which column of the file holds a field, such as skip_width=d_z; nothing after = leaves the field out; repeatable',
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
    help: 'a value of all runs in place of a column, such as learning_rate=1e-3; repeatable',
    expects: 'a name of ours, = and a value',
    default: null,
    defaultHelp: 'none',
    commands: imports,
    scope: 'execution',
    environment: null,
  },
  inputWidth: {
    flag: '--input-width <values>',
    help: 'values of one input, of a task that hgmlp does not have',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'that of the task',
    commands: imports,
    scope: 'execution',
    environment: null,
  },
  outputWidth: {
    flag: '--output-width <values>',
    help: 'values of one output, of a task that hgmlp does not have',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'that of the task',
    commands: imports,
    scope: 'execution',
    environment: null,
  },
  trainingImages: {
    flag: '--training-images <images>',
    help: 'images of its training set, of a task that hgmlp does not have',
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
    expects: 'a folder',
    default: null,
    defaultHelp: "hgmlp in the user's cache folder",
    commands: [...both, ...worker, ...reproduce, ...retry, ...data],
    scope: 'execution',
    environment: 'HGMLP_DATA',
  },
  config: {
    flag: '--config <file>',
    help: 'YAML file with any of these options by their keys',
    expects: 'a file',
    default: null,
    defaultHelp: 'none',
    commands: search,
    scope: 'execution',
  },
  out: {
    flag: '--out <folder>',
    help: 'folder of what comes out; a search with the same command and folder resumes',
    expects: 'a folder',
    default: null,
    defaultHelp: 'results/<name>, results/reproduce-<task>, or results/bench-strategies',
    commands: [...search, ...reproduce, ...imports, ...merge, ...bench],
    scope: 'execution',
  },
  workers: {
    flag: '--workers <number>',
    help: 'worker processes, one thread each; more than there are --devices are placed on them in turn',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'one per core, or one per device',
    commands: [...search, ...worker, ...reproduce, ...retry],
    scope: 'execution',
  },
  devices: {
    flag: '--devices <numbers>',
    help: 'the GPUs to train on, by their CUDA numbers, such as 0,1',
    expects: 'whole numbers from 0, separated by commas',
    default: null,
    defaultHelp: 'all',
    commands: [...search, ...worker, ...reproduce, ...retry],
    scope: 'execution',
  },
  pack: {
    flag: '--pack <number>',
    help: 'the most networks of one architecture that a worker trains side by side, where the engine can',
    expects: 'a whole number from 1',
    default: null,
    defaultHelp: 'all learning rates and replicates',
    commands: [...search, ...reproduce, ...retry],
    scope: 'execution',
  },
  fresh: {
    flag: '--fresh',
    help: 'start over: throw away what the results folder holds, or fetch the data again',
    expects: 'true or false',
    default: false,
    commands: [...search, ...reproduce, ...imports, ...merge, 'data fetch'],
    scope: 'execution',
    environment: null,
  },
  yes: {
    flag: '--yes',
    help: 'do not ask before something is thrown away',
    expects: 'true or false',
    default: false,
    commands: [...search, ...reproduce, ...imports, ...merge],
    scope: 'execution',
    environment: null,
  },
  dryRun: {
    flag: '--dry-run',
    help: 'say what would be done (the candidates with the estimated time, what a file or folders hold, or the failed runs), and do nothing',
    expects: 'true or false',
    default: false,
    commands: [...search, ...reproduce, ...imports, ...merge, ...retry],
    scope: 'execution',
  },
  interval: {
    flag: '--interval <parameters>',
    help: 'budgets over which frontiers are compared or followed, such as 1M..8M',
    expects: 'a range of parameters such as 1M..8M',
    default: null,
    defaultHelp: 'from where there are networks to the largest budget searched',
    commands: resampled,
    scope: 'execution',
  },
  baseline: {
    flag: '--baseline <folder>',
    help: 'results folder that a frontier must not be worse than, or folder:shape',
    expects: 'a results folder',
    default: null,
    defaultHelp: 'none; one has to be named',
    commands: ['frontier check'],
    scope: 'execution',
  },
  margin: {
    flag: '--margin <dB>',
    help: 'how far the mean PSNR of a frontier may lie below that of its baseline',
    expects: 'a number from 0, in dB',
    default: 0.02,
    commands: ['frontier check'],
    scope: 'execution',
  },
  at: {
    flag: '--at <parameters>',
    help: 'budgets at which the gap in dB is asked for',
    expects: 'a number such as 2M or a list such as 1M,2M,4M',
    default: null,
    defaultHelp: 'both ends of the interval and its middle on a log scale',
    commands: ['frontier compare'],
    scope: 'execution',
  },
  referencePsnr: {
    flag: '--reference-psnr <dB>',
    help: 'the PSNR above which the hypervolume of each frontier is counted; the difference needs none',
    expects: 'a number in dB',
    default: null,
    defaultHelp: 'none',
    commands: ['frontier compare'],
    scope: 'execution',
  },
  level: {
    flag: '--level <share>',
    help: 'the share that intervals enclose',
    expects: 'a number above 0 and below 1',
    default: 0.9,
    commands: resampled,
    scope: 'execution',
  },
  resamples: {
    flag: '--resamples <number>',
    help: 'how often the replicates are drawn anew',
    expects: 'a whole number from 1',
    default: 2000,
    commands: resampled,
    scope: 'execution',
  },
  noiseStd: {
    flag: '--noise-std <dB>',
    help: 'standard deviation of the PSNR of a run over replicates, where the runs cannot tell it',
    expects: 'a number from 0 to 1000, in dB',
    default: null,
    defaultHelp: 'the spread of the replicates',
    commands: frontier,
    scope: 'execution',
  },
  curves: {
    flag: '--curves <file>',
    help:
      'learning curves of the recorded runs, which halving needs: a CSV file with a row a run and epoch; a results folder ' +
      'has its own',
    expects: 'a file',
    default: null,
    defaultHelp: 'those of the results folder',
    commands: bench,
    scope: 'execution',
  },
  table: {
    flag: '--table <path>',
    help: 'the recorded runs that stand in for training: a results folder, or a CSV file as import reads it',
    expects: 'a folder or a file',
    default: null,
    defaultHelp: 'required',
    commands: bench,
    scope: 'execution',
  },
  strategies: {
    flag: '--strategies <list>',
    help: 'strategies to play on the recorded runs',
    expects: "some of 'random', 'halving', 'evolve', 'model' and 'grid', separated by commas",
    default: ['random', 'evolve', 'model'],
    commands: bench,
    scope: 'execution',
  },
  ofShapes: {
    flag: '--shapes <list>',
    help: 'shapes to replay, each on its own',
    expects: "'hourglass', 'conventional' or both, separated by commas",
    default: ['hourglass', 'conventional'],
    commands: bench,
    scope: 'execution',
    environment: null,
  },
  seeds: {
    flag: '--seeds <number>',
    help: 'how often each strategy is played, each time with another seed',
    expects: 'a whole number from 1',
    default: 50,
    commands: bench,
    scope: 'execution',
  },
  most: {
    flag: '--most <share>',
    help: 'how much of the recorded configurations a strategy may see, as a share',
    expects: 'a number from 0.01 to 1',
    default: 0.2,
    commands: bench,
    scope: 'execution',
  },
  playLookEvery: {
    flag: '--look-every <number>',
    help: 'trainings after which a strategy looks at the results, as parallel workers would make it',
    expects: 'a whole number from 1',
    default: 1,
    commands: bench,
    scope: 'execution',
    environment: null,
  },
  format: {
    flag: '--format <kind>',
    help: 'table or markdown',
    expects: "'table' or 'markdown'",
    default: 'table',
    commands: ['frontier show', ...resampled],
    scope: 'execution',
  },
  axis: {
    flag: '--axis <scale>',
    help: 'log or linear axis of parameters',
    expects: "'log' or 'linear'",
    default: 'log',
    commands: ['frontier plot'],
    scope: 'execution',
  },
  json: {
    flag: '--json',
    help: 'print one JSON document on standard output',
    expects: 'true or false',
    default: false,
    commands: printing,
    scope: 'execution',
  },
  quiet: {
    flag: '--quiet',
    help: 'no progress and no messages, only results and errors',
    expects: 'true or false',
    default: false,
    commands: [...printing, ...worker],
    scope: 'execution',
  },
  logLevel: {
    flag: '--log-level <level>',
    help: 'diagnostics as JSON lines on standard error: debug, info, warn or silent',
    expects: "'debug', 'info', 'warn' or 'silent'",
    default: 'silent',
    commands: [...both, ...worker, ...reproduce, ...imports, ...retry],
    scope: 'execution',
  },
} as const satisfies Record<string, Option>;

export type OptionKey = keyof typeof options;

/** The options of a command, in the order of the table. */
export function optionsOf(command: CommandName): (Option & { readonly key: OptionKey })[] {
  return optionRows().filter((row) => row.commands.includes(command));
}

/** The options of all commands, in the order of the table. */
export function optionRows(): (Option & { readonly key: OptionKey })[] {
  return (Object.entries(options) as [OptionKey, Option][]).map(([key, row]) => ({ key, ...row }));
}

/** `learningRates` to `HGMLP_LEARNING_RATES`; null where the environment cannot give the option. */
export function environmentName(key: OptionKey): string | null {
  const row: Option = options[key];
  return row.environment === undefined ? derivedName(key) : row.environment;
}

function derivedName(key: OptionKey): string {
  return `HGMLP_${key.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase()}`;
}
