/** A table of finished runs as what a replay needs: each configuration of a task and a series, its score and its cost. */
import type { Series } from '../../arch/series.js';
import type { Task } from '../../data/tasks.js';
import type { TrainingPlan } from '../../search/plan.js';
import type { PooledConfiguration } from '../../search/rounds.js';

/** Holds the recorded runs of one task and one series, which stand in for training. */
export interface RecordedTable extends Series {
  readonly task: Task;
  /** As the first of its runs was trained, once. */
  readonly training: TrainingPlan;
  readonly configurations: readonly RecordedConfiguration[];
}

/** Describes a network at a learning rate, and what came of its trainings. */
export interface RecordedConfiguration extends PooledConfiguration {
  /** Mean score on validation over its replicates; null where no training of it came to a result. */
  readonly score: number | null;
  /** Mean score on validation over its replicates by epoch, as far as one of them came; empty where it is not known. */
  readonly curveScores: readonly number[];
  /** Multiply-adds of all its trainings, for one image an epoch: to compare configurations by. */
  readonly cost: number;
}
