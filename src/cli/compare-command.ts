/** `hgmlp frontier compare`: two shapes of one study, or two studies, against each other. */
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { formatCount } from '../base/numbers.js';
import type { BudgetInterval } from '../pareto/envelope.js';
import { comparisonDocument } from '../report/comparison.js';
import { comparisonMarkdown, renderComparison } from '../report/comparison-text.js';
import { parseBudget } from '../search/budget.js';
import type { CommandContext } from './context.js';
import { statedInterval } from '../study/interval.js';
import { loadStudy } from '../study/load.js';
import { compareSides, requireSameSetting, type Side, sideOf, splitWord } from '../study/sides.js';

export async function frontierCompareCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal } = context;
  const [left, right] = await openSides(context);
  requireSameSetting(left, right);
  const interval = statedInterval(values.interval, [left, right]);
  const report = compareSides(left, right, {
    interval,
    atParams: budgetsAt(values.at, interval),
    referencePsnrDb: values.referencePsnr,
    level: values.level!,
    resamples: values.resamples!,
    seed: values.seed!,
    noiseStdDb: values.noiseStd,
  });
  if (values.json) terminal.print(JSON.stringify(comparisonDocument(report), null, 2));
  else if (values.format === 'markdown') terminal.print(comparisonMarkdown(report).trimEnd());
  else terminal.print(renderComparison(report, terminal));
  return exitCodes.done;
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

function budgetsAt(text: string | null, interval: BudgetInterval): number[] {
  const { lowest, highest } = interval;
  if (text === null) return [...new Set([lowest, Math.round(Math.sqrt(lowest * highest)), highest])];
  const { wanted } = parseBudget(text);
  const outside = wanted.find((params) => params < lowest || params > highest);
  if (outside === undefined) return [...wanted];
  throw new UserError(
    `--at: expected budgets within ${formatCount(lowest)} to ${formatCount(highest)}, got ${formatCount(outside)}; ` +
      'change it or the --interval',
  );
}
