/** The columns of CSV files that hold what was measured: of each evaluation set those of the task's metrics. */
import { metricKeys, metricOf, type MetricKey, type TaskMetrics } from '../run/metrics.js';
import { evaluationSets, type EvaluationSet } from '../run/run.js';
import type { Column } from './csv.js';

/** Makes the columns of each set from those of one metric; in the order of the table of metrics. */
export function metricColumns<Row>(
  metrics: TaskMetrics,
  columnsOf: (set: EvaluationSet, key: MetricKey, name: string) => readonly Column<Row>[],
): readonly Column<Row>[] {
  const keys = metricKeys.filter((key) => metrics.includes(key));
  return evaluationSets.flatMap((set) =>
    keys
      .filter((key) => set === 'test' || metricOf(key).testOnly !== true)
      .flatMap((key) => columnsOf(set, key, `${set}_${metricOf(key).column}`)),
  );
}

/** Gives what a column of a metric holds, in a sentence. */
export function metricDocumentation(key: MetricKey, set: EvaluationSet): string {
  return metricOf(key).documentation.replace('{set}', set);
}
