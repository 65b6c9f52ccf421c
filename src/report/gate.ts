/** A gate on frontiers as a JSON document and as rows: computed here, drawn in `gate-text.ts`. */
import type { Shape } from '../arch/arch.js';
import { exitCodes, type ExitCode } from '../base/errors.js';
import { firstItem } from '../base/items.js';
import { type GateCheck, type GateVerdict, gateVerdicts } from '../frontier/gate.js';
import type { ComparisonReport } from './comparison.js';

/** Checks one shape of the new folder against one of the baseline, mostly the same. */
export interface ShapeCheck extends GateCheck {
  readonly shapes: { readonly new: Shape; readonly baseline: Shape };
  /** Left: the new frontier; right: the baseline. */
  readonly comparison: ComparisonReport;
  /** What the new search cost in training multiply-adds within the interval, by what the baseline did. */
  readonly effortRatio: number;
  /** The smallest network of the baseline. Where the new folder has none so small, the interval begins later. */
  readonly baselineFromParams: number;
  /** Its largest. Where the new folder was not searched so far, the interval ends before. */
  readonly baselineUntilParams: number;
}

/** Tells how each shape of a study fared against a baseline. */
export interface GateReport {
  readonly folders: { readonly new: string; readonly baseline: string };
  readonly margin: number;
  readonly checks: readonly ShapeCheck[];
}

/** Judges the gate as a whole: not met where one check is not, else undecided where one is. */
export function gateVerdict({ checks }: Pick<GateReport, 'checks'>): GateVerdict {
  const verdicts = checks.map(({ verdict }) => verdict);
  return gateVerdicts.findLast((verdict) => verdicts.includes(verdict)) ?? 'met';
}

/** Tells what the process ends with, by the verdict. */
export const gateExitCodes: Readonly<Record<GateVerdict, ExitCode>> = {
  met: exitCodes.done,
  notMet: exitCodes.gateNotMet,
  undecided: exitCodes.gateUndecided,
};

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const schemaVersion = 2;

/** Gives plain data, ready for `JSON.stringify`. docs/statistics.md says what the fields hold. */
export function gateDocument(report: GateReport) {
  const { folders, margin, checks } = report;
  const verdict = gateVerdict(report);
  const { task, metric, axis, onlySet } = firstItem(checks).comparison;
  return {
    schemaVersion,
    verdict,
    exitCode: gateExitCodes[verdict],
    margin,
    folders,
    task,
    metric,
    axis,
    onlySet,
    checks: checks.map(({ shapes, comparison, ...check }) => ({
      shapes,
      ...check,
      interval: comparison.settings.interval,
      level: comparison.settings.level,
      resamples: comparison.settings.resamples,
      noiseStd: comparison.settings.noiseStd,
      architectures: {
        new: comparison.asSearched.architectures.left,
        baseline: comparison.asSearched.architectures.right,
      },
      meanGap: comparison.asSearched.meanGap,
      largestGap: comparison.asSearched.largestGap,
      largestGapAtParams: comparison.asSearched.largestGapAtParams,
      meanGapAtEqualEffort: comparison.equalEffort?.comparison.meanGap ?? null,
    })),
  };
}
