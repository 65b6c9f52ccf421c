/** The columns of `decisions.csv`: what a search by halving decided, in order, and by what; then what it left stopped. */
import { parameterCount, shapeOf, type Dimensions } from '../arch/arch.js';
import type { Contest } from '../search/halving/contest.js';
import { standings, type Reason } from '../search/halving/decide.js';
import type { Hope } from '../search/halving/hopes.js';
import type { BasedDecision } from '../search/halving/parts.js';
import type { Column } from './csv.js';

export interface DecisionRow {
  readonly contest: Contest;
  readonly place: number;
  readonly reason: Reason | 'stop';
  /** The rung that it had come to, counted from 1; 0 before its start. */
  readonly from: number;
  readonly to: number;
  readonly basedOn: number;
  readonly hope: Hope | null;
  readonly dimensions: Dimensions;
}

export function decisionRows(
  { decisions, contest }: { readonly decisions: readonly BasedDecision[]; readonly contest: Contest },
  dimensions: Dimensions,
): DecisionRow[] {
  const reached = new Map<number, number>();
  const rows = decisions.map(({ place, rung, reason, basedOn, hope }): DecisionRow => {
    const from = reached.get(place) ?? 0;
    reached.set(place, rung);
    return { contest, place, reason, from, to: rung, basedOn, hope, dimensions };
  });
  const stopped = standings(contest).map(({ place, ...hope }): DecisionRow => {
    const rung = contest.contestants[place]!.sentTo;
    const last = { from: rung, to: rung, basedOn: decisions.length };
    return { contest, place, reason: 'stop', ...last, hope: { place, ...hope }, dimensions };
  });
  return [...rows, ...stopped];
}

const archOf = ({ contest, place }: DecisionRow) => contest.pool[place]!.arch;
const epochsAt = ({ contest: { rungs } }: DecisionRow, rung: number) => (rung === 0 ? 0 : rungs[rung - 1]!);
const orNull = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);

export const decisionColumns: readonly Column<DecisionRow>[] = [
  { name: 'shape', documentation: 'hourglass, conventional or straight.', value: (row) => shapeOf(archOf(row)) },
  { name: 'skip_width', documentation: 'd_z: width of the skip.', value: (row) => archOf(row).skipWidth },
  {
    name: 'bottleneck_width',
    documentation: 'd_h: width inside a block.',
    value: (row) => archOf(row).bottleneckWidth,
  },
  { name: 'depth', documentation: 'L: number of residual blocks.', value: (row) => archOf(row).depth },
  {
    name: 'trainable_params',
    documentation: 'Values that the optimiser changes.',
    value: (row) => parameterCount(archOf(row), row.dimensions).trainable,
  },
  {
    name: 'learning_rate',
    documentation: 'Initial learning rate.',
    value: ({ contest, place }) => contest.pool[place]!.learningRate,
  },
  {
    name: 'decision',
    documentation:
      'start; lead: best for its size, goes on while others start; hope: could still enter the frontier; audit: could ' +
      'not, and goes on to see; stop: could not, at the end of the search.',
    value: ({ reason }) => reason,
  },
  { name: 'from_epoch', documentation: 'Epochs that it had.', value: (row) => epochsAt(row, row.from) },
  { name: 'to_epoch', documentation: 'Epochs that it was to have then.', value: (row) => epochsAt(row, row.to) },
  {
    name: 'based_on',
    documentation: 'Number of decisions, from the first, whose outcome this one is based on.',
    value: ({ basedOn }) => basedOn,
  },
  {
    name: 'validation_psnr_db',
    documentation: 'Mean over replicates at from_epoch.',
    value: ({ contest, place, from }) => orNull(contest.contestants[place]!.psnrsDb[from - 1]),
  },
  {
    name: 'predicted_psnr_db',
    documentation: 'At the last epoch; empty before enough trainings had ended.',
    value: ({ hope }) => orNull(hope?.final.mean),
  },
  {
    name: 'predicted_std_db',
    documentation: 'Standard deviation of that prediction.',
    value: ({ hope }) => orNull(hope?.final.deviation),
  },
  {
    name: 'bar_psnr_db',
    documentation: 'What a network of its size must surpass to be on the frontier; empty where nothing is in the way.',
    value: ({ hope }) => orNull(hope?.barDb),
  },
  { name: 'chance', documentation: 'Probability to surpass it.', value: ({ hope }) => orNull(hope?.probability) },
];
