/** `hgmlp frontier compare`: two shapes of one study, or two studies, against each other. */
import { archName, parameterCount, type Shape, shapeOf, shapes } from '../arch/arch.js';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { formatCount } from '../base/numbers.js';
import { type Candidate, candidatesOf } from '../frontier/bootstrap.js';
import { compareFrontiers } from '../frontier/compare.js';
import { effortOf, multiplyAddsOfRun } from '../frontier/effort.js';
import type { BudgetInterval } from '../frontier/envelope.js';
import { evidenceOf, mostEpochs, settingOf } from '../frontier/evidence.js';
import { type ComparedSide, comparisonDocument, type ComparisonReport } from '../report/comparison.js';
import { comparisonMarkdown, renderComparison } from '../report/comparison-text.js';
import { projectionsText } from '../report/numbers.js';
import { trainingMultiplyAdds } from '../run/cost.js';
import type { Run } from '../run/run.js';
import { parseBudget } from '../search/budget.js';
import type { CommandContext } from './context.js';
import { statedInterval } from './interval.js';
import { loadStudy, type LoadedStudy } from './load-study.js';

export async function frontierCompareCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal } = context;
  const [left, right] = await openSides(context);
  requireSameSetting(left, right);
  const report = compare(left, right, context);
  if (values.json) terminal.print(JSON.stringify(comparisonDocument(report), null, 2));
  else if (values.format === 'markdown') terminal.print(comparisonMarkdown(report).trimEnd());
  else terminal.print(renderComparison(report, { color: terminal.color }));
  return exitCodes.done;
}

interface Side {
  readonly name: string;
  readonly study: LoadedStudy;
  readonly runs: readonly Run[];
  readonly candidates: readonly Candidate[];
}

/** Two folders, each with a shape behind a colon or all shapes; one folder stands for its two shapes. */
async function openSides(context: CommandContext): Promise<[Side, Side]> {
  const [first, second] = context.words;
  if (second === undefined) {
    const study = await loadStudy(first, context);
    return [sideOf(study, 'hourglass', 'hourglass'), sideOf(study, 'conventional', 'conventional')];
  }
  const sides = [first!, second].map(async (word) => {
    const { folder, shape } = splitWord(word);
    return sideOf(await loadStudy(folder, context), shape, word);
  });
  return Promise.all(sides) as Promise<[Side, Side]>;
}

function splitWord(word: string): { folder: string; shape: Shape | null } {
  const shape = shapes.find((name) => word.endsWith(`:${name}`));
  return shape === undefined ? { folder: word, shape: null } : { folder: word.slice(0, -shape.length - 1), shape };
}

function sideOf(study: LoadedStudy, shape: Shape | null, name: string): Side {
  const runs = study.runs.filter((run) => shape === null || shapeOf(run.spec.arch) === shape);
  const candidates = candidatesOf(evidenceOf(runs, study.task.dimensions), study.count);
  if (candidates.length > 0) return { name, study, runs, candidates };
  throw new UserError(
    `${study.folder}: expected finished runs${shape === null ? '' : ` of shape ${shape}`}, got none; ` +
      'name another folder, or two as A:hourglass B:conventional',
  );
}

function requireSameSetting(left: Side, right: Side): void {
  const [first, second] = [left, right].map(
    ({ study, runs }) => `${settingOf(runs[0]!)}, ${study.count} parameters, ${mostEpochs(runs)} epochs`,
  );
  if (first === second) return;
  throw new UserError(`expected two frontiers of one task and training, got ${first} and ${second}; name others`);
}

function compare(left: Side, right: Side, { values }: CommandContext): ComparisonReport {
  const { task, count } = left.study;
  const interval = statedInterval(values.interval, [left, right]);
  const settings = {
    interval,
    atParams: budgetsAt(values.at, interval),
    referencePsnrDb: values.referencePsnr,
    level: values.level!,
    resamples: values.resamples!,
    seed: values.seed!,
    noiseStdDb: values.noiseStd,
  };
  const sideReport = ({ name, study, runs }: Side): ComparedSide => ({
    name,
    projections: projectionsText(runs.map(({ spec }) => spec.arch)),
    effort: effortOf(
      runs.filter(({ spec }) => parameterCount(spec.arch, study.task.dimensions)[count] <= interval.highest),
      { dimensions: task.dimensions, trainingImages: task.trainingImages },
    ),
  });
  return {
    task: task.name,
    count,
    onlySet: left.runs[0]!.imported?.onlySet ?? null,
    settings,
    left: sideReport(left),
    right: sideReport(right),
    ...compareFrontiers(left.candidates, right.candidates, {
      ...settings,
      costOf: costByArch([...left.runs, ...right.runs], left.study),
    }),
  };
}

function budgetsAt(text: string | null, interval: BudgetInterval): number[] {
  const { lowest, highest } = interval;
  if (text === null) return [lowest, Math.round(Math.sqrt(lowest * highest)), highest];
  const { wanted } = parseBudget(text);
  const outside = wanted.find((params) => params < lowest || params > highest);
  if (outside === undefined) return [...wanted];
  throw new UserError(
    `--at: expected budgets within ${formatCount(lowest)} to ${formatCount(highest)}, got ${formatCount(outside)}; ` +
      'change it or the --interval',
  );
}

/** What all runs of an architecture cost together. */
function costByArch(runs: readonly Run[], { task }: LoadedStudy): (candidate: Candidate) => number {
  const costs = new Map<string, number>();
  for (const run of runs) {
    const name = archName(run.spec.arch);
    // A run that says not how far it came counts in full.
    const cost = multiplyAddsOfRun(run, task) ?? trainingMultiplyAdds(run.spec, task.dimensions, task.trainingImages);
    costs.set(name, (costs.get(name) ?? 0) + cost);
  }
  return ({ evidence }) => costs.get(archName(evidence.arch)) ?? 0;
}
