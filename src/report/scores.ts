/** The numbers of metrics as people read them: with the name, the unit and the direction that each metric has. */
import type { ScoreGap } from '../frontier/budget.js';
import { scoreStdOf, type Quality } from '../frontier/point.js';
import { missing, signed } from './numbers.js';
import { decidingMetricOf, fromScore, metricOf, type Measurement, type MetricKey } from '../run/metrics.js';

/** Digits that count, where a metric has no number of decimals. */
const significantDigits = 4;
const mostDecimals = 10;

/**
 * Writes a metric's number without its unit; a dash where there is none (null).
 * @param near a number whose digits decide how many decimals there are, for a spread or a difference beside it
 */
export function metricNumber(key: MetricKey, value: number | null, near = value): string {
  if (value === null) return missing;
  return shownNumber(key, value).toFixed(decimalsOf(key, near ?? value));
}

/** Gives a metric's number in the unit in which it is shown. */
export function shownNumber(key: MetricKey, value: number): number {
  return metricOf(key).shownTimes * value;
}

/** Counts the digits behind the point of a metric's number where it is shown. */
export function decimalsOf(key: MetricKey, near: number): number {
  const { decimals } = metricOf(key);
  if (decimals !== null) return decimals;
  const magnitude = Math.abs(shownNumber(key, near));
  if (magnitude === 0 || !Number.isFinite(magnitude)) return significantDigits;
  return Math.min(Math.max(significantDigits - 1 - Math.floor(Math.log10(magnitude)), 0), mostDecimals);
}

/** Writes `24.250 dB`, `accuracy 97.01 %` or `RMSE 0.1404`: the metric that decides in the measurement. */
export function measuredText(measurement: Measurement): string {
  const key = decidingMetricOf(measurement);
  return metricText(key, measurement[key]!);
}

/** Does so for one metric. */
export function metricText(key: MetricKey, value: number): string {
  const { label, unitTells } = metricOf(key);
  const text = `${metricNumber(key, value)}${unitSuffix(key)}`;
  return unitTells ? text : `${label} ${text}`;
}

/** Writes the mean of the metric that decides as `24.271 ± 0.010`; without a spread where there is one replicate. */
export function qualityText(quality: Quality | null): string {
  if (quality === null) return missing;
  const key = decidingMetricOf(quality);
  const mean = quality[key]!;
  return withSpread(metricNumber(key, mean), spreadText(key, scoreStdOf(quality), mean));
}

/** Writes a difference of scores as one of the metric, `+0.120 ± 0.010`; the spread is the standard error. */
export function gapText(key: MetricKey, { mean, standardError }: ScoreGap): string {
  const near = Math.max(Math.abs(mean), standardError ?? 0);
  return withSpread(differenceText(key, fromScore(key, mean), near), spreadText(key, standardError, near));
}

/** Writes a difference of a metric's numbers with its sign. */
export function differenceText(key: MetricKey, difference: number, near = difference): string {
  return signed(shownNumber(key, difference), decimalsOf(key, near));
}

function spreadText(key: MetricKey, spread: number | null, near: number): string | null {
  return spread === null ? null : metricNumber(key, spread, near);
}

function withSpread(text: string, spread: string | null): string {
  return spread === null ? text : `${text} ± ${spread}`;
}

/** Gives ` dB` or nothing: what stands behind a number. */
export function unitSuffix(key: MetricKey): string {
  const { unit } = metricOf(key);
  return unit === '' ? '' : ` ${unit}`;
}

/** Gives `PSNR (dB)`, `accuracy (%)` or `RMSE`, as headings of columns and axes have it behind the name of a set. */
export function metricTitle(key: MetricKey): string {
  return `${metricOf(key).label}${unitInBrackets(key)}`;
}

/** Gives the name of a metric as the first word of a heading. */
export function headingLabel(key: MetricKey): string {
  const { label } = metricOf(key);
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
}

/** Writes a number of a metric with all its digits and its unit, as a user has stated it: `0.02 dB`. */
export function statedText(key: MetricKey, value: number): string {
  return `${Number(shownNumber(key, value).toPrecision(12))}${unitSuffix(key)}`;
}

/** Gives ` (dB)`, or nothing for a metric without a unit: what stands behind a quantity in a heading. */
export function unitInBrackets(key: MetricKey): string {
  const { unit } = metricOf(key);
  return unit === '' ? '' : ` (${unit})`;
}
