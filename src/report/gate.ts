/** A gate on frontiers as a JSON document and as rows: computed here, drawn in `gate-text.ts`. */
import { type Series, seriesKey } from '../arch/series.js';
import { exitCodes, type ExitCode } from '../base/errors.js';
import { firstItem } from '../base/items.js';
import { type GateCheck, type GateVerdict, gateVerdicts } from '../frontier/gate.js';
import type { ComparisonReport } from './comparison.js';

/** Checks one series of the new folder against one of the baseline, mostly the same. */
export interface SeriesCheck extends GateCheck {
  readonly series: { readonly new: Series; readonly baseline: Series };
  /** Left: the new frontier; right: the baseline. */
  readonly comparison: ComparisonReport;
  /** What the new search cost in training multiply-adds within the interval, by what the baseline did. */
  readonly effortRatio: number;
  /** The smallest network of the baseline. Where the new folder has none so small, the interval begins later. */
  readonly baselineFromParams: number;
  /** Its largest. Where the new folder was not searched so far, the interval ends before. */
  readonly baselineUntilParams: number;
}

/** Tells how each series of a study fared against a baseline. */
export interface GateReport {
  readonly folders: { readonly new: string; readonly baseline: string };
  readonly margin: number;
  readonly checks: readonly SeriesCheck[];
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
    checks: checks.map(({ series, comparison, ...check }) => ({
      shapes: { new: seriesKey(series.new), baseline: seriesKey(series.baseline) },
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
