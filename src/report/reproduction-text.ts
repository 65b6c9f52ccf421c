/** A reproduction as a table and the sentences around it. These functions return text and never print. */
import { archName } from '../arch/arch.js';
import { counted, formatExactCount } from '../base/numbers.js';
import { otherSet, type ReproducedPoint, type Reproduction } from '../frontier/reproduction.js';
import { markdownCode, markdownText } from './markdown.js';
import { missing, shapeLabels } from './numbers.js';
import { qualityText } from './scores.js';
import { left, right, tableOf, type TextTable } from './tables.js';
import { markdownOf, terminalTable, terminalText, type TextOptions } from './text.js';

/** Holds what a reader must know beside the numbers. */
export interface ReproductionSetting {
  /** The epochs that were trained, and those of the published recipe. */
  readonly epochs: { readonly trained: number; readonly published: number };
  /** The command that makes the same. */
  readonly command: string;
  /** `2 cores, AMD EPYC 9R14`. */
  readonly machine: string;
  readonly version: string;
}

/** Sets the published points that were trained against our results, one a row. */
export function reproductionTable({ points, set }: Reproduction): TextTable {
  const other = otherSet(set);
  return tableOf<ReproducedPoint>(points, [
    left('Shape', ({ published }) => shapeLabels[published.shape]),
    left('Architecture', ({ published }) => archName(published.arch)),
    right('Trainable parameters', ({ published }) => formatExactCount(published.trainableParams)),
    left('Picked as', ({ reason }) => reason),
    right(
      'Learning rate',
      ({ published, ours }) => `${ours.learningRate}${published.learningRate === null ? '*' : ''}`,
    ),
    right('Published PSNR (dB)', publishedText),
    right(`Our ${set} PSNR (dB)`, ({ ours }) => qualityText(ours[set])),
    right(`Our ${other} PSNR (dB)`, ({ ours }) => qualityText(ours[other])),
    right('Difference (dB)', ({ differenceDb }) => signed(differenceDb, 3)),
    right('In their std', ({ differenceInStds }) =>
      differenceInStds === null ? missing : signed(differenceInStds, 1),
    ),
  ]);
}

/** Renders the table and its notes, for a terminal. */
export function renderReproduction(
  reproduction: Reproduction,
  setting: Pick<ReproductionSetting, 'epochs'>,
  options: TextOptions,
): string {
  const table = terminalTable(reproductionTable(reproduction), options);
  const notes = [...notesOf(reproduction), ...warningsOf(setting)];
  return terminalText([table, '', ...notes, '', meanDifferenceText(reproduction)], options);
}

/** Writes the text of `reproduction.md`. */
export function reproductionMarkdown(reproduction: Reproduction, setting: ReproductionSetting): string {
  const parts = [
    `# Reproduction of ${markdownText(reproduction.task)}`,
    ...warningsOf(setting).map((warning) => `**${warning}**`),
    meanDifferenceText(reproduction),
    markdownOf(reproductionTable(reproduction)),
    notesOf(reproduction).join('\n'),
    '![Published and own PSNR against parameters](reproduction.svg)',
    `${markdownCode(setting.command)} of hgmlp ${markdownText(setting.version)}, on ${markdownText(setting.machine)}.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Warns where a network was trained for other epochs than the published recipe; gives nothing otherwise. */
export function warningsOf({ epochs }: Pick<ReproductionSetting, 'epochs'>): string[] {
  if (epochs.trained === epochs.published) return [];
  return [
    `NOT the published recipe: ${counted(epochs.trained, 'epoch')} in place of ${epochs.published}. ` +
      'The differences say nothing about the published values.',
  ];
}

/** Writes `Mean absolute difference on validation: 0.012 dB over 18 of 40 published points.` */
export function meanDifferenceText({ meanAbsoluteDifferenceDb, points, published, set }: Reproduction): string {
  if (meanAbsoluteDifferenceDb === null) return `No run has finished of ${published.length} published points.`;
  return (
    `Mean absolute difference on ${set}: ${meanAbsoluteDifferenceDb.toFixed(3)} dB over ` +
    `${points.length} of ${published.length} published points.`
  );
}

function notesOf({ points, unmeasured, set }: Reproduction): string[] {
  const has = (test: (row: ReproducedPoint) => boolean) => points.some(test);
  const replicates = has(({ published }) => published.replicates !== null);
  const spreads = has(({ published }) => published.psnrDbStd !== null);
  const assumed = has(({ published }) => published.learningRate === null);
  return [
    `Published (arXiv 2510.01796) on ${set}${replicates ? '; in brackets: replicates' : ''}` +
      `${spreads ? '; ±: their standard deviation, divided by n' : ''}.`,
    'Architecture: skip width, bottleneck width, depth, and the projections if not both trainable.',
    ...(assumed
      ? ['* Not published: the rate of the same widths and depth with projections, else of the recipe.']
      : []),
    ...unmeasured.map(({ arch }) => `No run of ${archName(arch)} finished; runs.csv says why.`),
  ];
}

/** `31.850 ± 0.314 (5)`; what was not published is left out. */
function publishedText({ published: { psnrDb, psnrDbStd, replicates } }: ReproducedPoint): string {
  const spread = psnrDbStd === null ? '' : ` ± ${psnrDbStd.toFixed(3)}`;
  return `${psnrDb.toFixed(3)}${spread}${replicates === null ? '' : ` (${replicates})`}`;
}

/** With a plus or a true minus; what rounds to nothing has neither. */
function signed(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  if (Number(size) === 0) return size;
  return `${value < 0 ? '−' : '+'}${size}`;
}
