/** Gathers the rows of one task: numbers replicates, joins the lines of one run, and finds what contradicts itself. */
import type { Arch } from '../arch/arch.js';
import { firstItem } from '../base/items.js';
import type { Task } from '../data/tasks.js';
import { decidingMetricOf, decidingMetrics, type MeasuredBeside } from '../run/metrics.js';
import type { EvaluationSet, Run } from '../run/run.js';
import type { Recipe } from '../run/spec.js';
import { isCopy, join, measured, replicatesOf } from './copies.js';
import type { Problems } from './problems.js';
import { importedSpec, type Figures, type ImportedRow } from './rows.js';

/** Holds what a record says, with its replicate null where the file does not number replicates. */
export interface Entry extends Pick<ImportedRow, 'line' | 'state' | 'reason' | 'figures'> {
  readonly arch: Arch;
  readonly recipe: Omit<Recipe, 'replicate'>;
  readonly replicate: number | null;
}

/** Collects the records of one task and turns them into runs. */
export interface Gathering {
  readonly task: Task;
  add(entry: Entry): void;
  /** The runs in the order of the file, once all is added; faults are reported. */
  runs(source: string): {
    readonly runs: readonly Run[];
    /** Lines that only repeated others. */
    readonly copies: number;
  };
}

/** Opens a collection for a task; faults are reported to `problems`. */
export function gather(task: Task, problems: Problems): Gathering {
  const rows = new Map<string, ImportedRow>();
  /** By network and recipe. */
  const unnumbered = new Map<string, Entry[]>();
  let copies = 0;
  const place = ({ arch, recipe, ...outcome }: Entry, replicate: number) => {
    const row: ImportedRow = { ...importedSpec(task, arch, { ...recipe, replicate }), ...outcome };
    const known = rows.get(row.key);
    if (known === undefined) {
      rows.set(row.key, row);
      return;
    }
    if (isCopy(known, row)) {
      copies += 1;
      return;
    }
    const joined = join(known, row);
    if (joined) rows.set(row.key, joined);
    else problems.add(row.line, repeated(known, row));
  };
  return {
    task,
    add(entry) {
      if (entry.replicate !== null) return place(entry, entry.replicate);
      const label = JSON.stringify([entry.arch, entry.recipe]);
      const alike = unnumbered.get(label);
      if (alike) alike.push(entry);
      else unnumbered.set(label, [entry]);
    },
    runs(source) {
      for (const alike of unnumbered.values()) {
        const replicates = replicatesOf(alike);
        copies += replicates.copies;
        for (const [number, entry] of replicates.runs.entries()) place(entry, number);
      }
      const all = [...rows.values()].sort((left, right) => left.line - right.line);
      reportOtherRecipes(all, problems);
      const onlySet = setsOf(all, problems);
      return { runs: all.map((row) => runOf(row, { source, onlySet })), copies };
    },
  };
}

function repeated(first: ImportedRow, { spec: { arch, recipe } }: ImportedRow): string {
  const { skipWidth, bottleneckWidth, depth } = arch;
  return (
    `expected each run once, got another result of ${skipWidth}-${bottleneckWidth}-${depth} at learning rate ${recipe.learningRate}, ` +
    `replicate ${recipe.replicate} here and on line ${first.line}; number the replicates, or leave their column out with ` +
    '--column replicate='
  );
}

const recipeFields = {
  patience: 'patience',
  batch_size: 'batchSize',
  flips: 'flips',
  weight_decay: 'weightDecay',
  learning_rate_step: 'learningRateStep',
} as const satisfies Record<string, keyof Recipe>;

/** A frontier compares one recipe: rates, replicates, seeds and epochs may differ, and nothing else. */
function reportOtherRecipes(rows: readonly ImportedRow[], problems: Problems): void {
  const [first] = rows;
  if (first === undefined) return;
  for (const row of rows) {
    for (const [name, key] of Object.entries(recipeFields)) {
      const [there, here] = [first.spec.recipe[key], row.spec.recipe[key]];
      if (there !== here) {
        problems.add(
          row.line,
          `${name}: expected ${there ?? 'none'} as on line ${first.line}, got ${here ?? 'none'}; keep each in a file of its own`,
        );
      }
    }
  }
}

/** The one set that all finished runs were measured on, null for both. A frontier of some here and some there is none. */
function setsOf(rows: readonly ImportedRow[], problems: Problems): EvaluationSet | null {
  const finished = rows.filter((row) => row.state === 'finished');
  const [most] = finished.toSorted((left, right) => measured(right).length - measured(left).length);
  if (!most) return null;
  const wanted = measured(most);
  for (const row of finished) {
    if (measured(row).join() === wanted.join()) continue;
    problems.add(
      row.line,
      `expected results on ${wanted.join(' and ')} as on line ${most.line}, got them on ${measured(row).join(' and ')} alone; ` +
        'complete them, or leave out the column of one set, such as --column test_psnr_db=',
    );
  }
  return wanted.length === 1 ? firstItem(wanted) : null;
}

function runOf({ key, spec, state, reason, figures }: ImportedRow, imported: NonNullable<Run['imported']>): Run {
  const outcome = { key, spec, curve: [], timing: null, imported };
  if (state !== 'finished') return { ...outcome, state, reason: reason! };
  const { validation = figures.test!, test = validation } = figures;
  return {
    ...outcome,
    state,
    validation: ofSet('validation', validation),
    test: ofSet('test', test),
  };
}

/** What was measured on one set may stand for the other too: with what is measured there, and without what is not. */
function ofSet(set: EvaluationSet, figures: Figures): Figures {
  const { onTest }: MeasuredBeside = decidingMetrics[decidingMetricOf(figures)];
  const others = Object.entries(figures).filter(([key]) => !onTest.some((name) => name === key));
  const ofTest = set === 'test' ? onTest.map((key) => [key, figures[key] ?? null] as const) : [];
  return Object.fromEntries([...others, ...ofTest]);
}
