/** Gathers the rows of one task: numbers replicates, joins the records of one run, and finds what contradicts itself. */
import type { Arch } from '../arch/arch.js';
import type { Task } from '../data/tasks.js';
import { evaluationSets, type EvaluationSet, type Recipe, type Run } from '../run/run.js';
import type { Problems } from './problems.js';
import { importedSpec, type Figures, type Row } from './rows.js';

/** What stands in a record, but for the replicate that the file may leave open. */
export interface Entry extends Pick<Row, 'line' | 'state' | 'reason' | 'figures'> {
  readonly arch: Arch;
  readonly recipe: Omit<Recipe, 'replicate'>;
  readonly replicate: number | null;
}

export interface Gathering {
  readonly task: Task;
  add(entry: Entry): void;
  /** The runs in the order of the file, once all is added; faults are reported. */
  runs(source: string): Run[];
}

export function gather(task: Task, problems: Problems): Gathering {
  const rows = new Map<string, Row>();
  const replicates: Replicates = new Map();
  return {
    task,
    add({ arch, recipe, replicate, ...outcome }) {
      const number = replicate ?? nextReplicate(replicates, JSON.stringify([arch, recipe]), outcome);
      const row: Row = { ...importedSpec(task, arch, { ...recipe, replicate: number }), ...outcome };
      const known = rows.get(row.key);
      const joined = known ? join(known, row) : row;
      if (joined) rows.set(row.key, joined);
      else problems.add(row.line, repeated(known!, row));
    },
    runs(source) {
      const all = [...rows.values()];
      reportOtherRecipes(all, problems);
      const onlySet = setsOf(all, problems);
      return all.map((row) => runOf(row, { source, onlySet }));
    },
  };
}

/** By network and recipe: how many replicates have each set already. */
type Replicates = Map<string, Record<EvaluationSet, number>>;

/**
 * Equal records are the replicates of one network. They are counted for each set, as a file may give every set a record
 * of its own; a run without figures takes both.
 */
function nextReplicate(replicates: Replicates, label: string, row: Pick<Row, 'state' | 'figures'>): number {
  const counts = replicates.get(label) ?? { validation: 0, test: 0 };
  const sets = row.state === 'finished' ? measured(row) : evaluationSets;
  const number = Math.max(...sets.map((set) => counts[set]));
  for (const set of sets) counts[set] = number + 1;
  replicates.set(label, counts);
  return number;
}

/** Two records of one run, each with another set; null where they tell the same twice. */
function join(first: Row, second: Row): Row | null {
  if (first.state !== 'finished' || second.state !== 'finished') return null;
  if (evaluationSets.some((set) => first.figures[set] && second.figures[set])) return null;
  return { ...first, figures: { ...first.figures, ...second.figures } };
}

function repeated(first: Row, { spec: { arch, recipe } }: Row): string {
  const { skipWidth, bottleneckWidth, depth } = arch;
  return (
    `expected each run once, got ${skipWidth}-${bottleneckWidth}-${depth} at learning rate ${recipe.learningRate}, ` +
    `replicate ${recipe.replicate} here and on line ${first.line}; number the replicates, or leave their column out with ` +
    '--column replicate='
  );
}

const recipeFields = {
  batch_size: 'batchSize',
  flips: 'flips',
  weight_decay: 'weightDecay',
  learning_rate_step: 'learningRateStep',
} as const satisfies Record<string, keyof Recipe>;

/** A frontier compares one recipe: rates, replicates, seeds and epochs may differ, and nothing else. */
function reportOtherRecipes(rows: readonly Row[], problems: Problems): void {
  const [first] = rows;
  for (const row of rows) {
    for (const [name, key] of Object.entries(recipeFields)) {
      const [there, here] = [first!.spec.recipe[key], row.spec.recipe[key]];
      if (there !== here) {
        problems.add(
          row.line,
          `${name}: expected ${there} as on line ${first!.line}, got ${here}; keep each in a file of its own`,
        );
      }
    }
  }
}

/** The one set that all finished runs were measured on, null for both. A frontier of some here and some there is none. */
function setsOf(rows: readonly Row[], problems: Problems): EvaluationSet | null {
  const finished = rows.filter((row) => row.state === 'finished');
  const [most] = finished.toSorted((left, right) => measured(right).length - measured(left).length);
  if (!most) return null;
  const wanted = measured(most);
  for (const row of finished) {
    if (measured(row).join() === wanted.join()) continue;
    problems.add(
      row.line,
      `expected PSNR on ${wanted.join(' and ')} as on line ${most.line}, got it on ${measured(row).join(' and ')} alone; ` +
        `complete it, or leave one out with --column test_psnr_db=`,
    );
  }
  return wanted.length === 1 ? wanted[0]! : null;
}

function measured({ figures }: Pick<Row, 'figures'>): EvaluationSet[] {
  return evaluationSets.filter((set) => figures[set]);
}

function runOf({ key, spec, state, reason, figures }: Row, imported: NonNullable<Run['imported']>): Run {
  const outcome = { key, spec, curve: [], timing: null, imported };
  if (state !== 'finished') return { ...outcome, state, reason: reason! };
  const { validation = figures.test!, test = validation } = figures;
  return {
    ...outcome,
    state,
    validation: measurementOf(validation),
    test: { ...measurementOf(test), ssim: test.ssim },
  };
}

function measurementOf({ meanSquaredError, psnrDb, psnrOfMeanDb }: Figures) {
  return { meanSquaredError, psnrDb, psnrOfMeanDb };
}
