/**
 * What tools call the state of a run, and what an import makes of it.
 *
 * Sources, read in 2026: the state lists of Weights & Biases (also those of its sweeps), Optuna (`TrialState`), Ray Tune
 * (`Trial`), NNI (`TrialJobStatus`), SageMaker (`TrainingJobStatus`), Vertex AI and open-source Vizier (`Trial.State`), MLflow
 * (`RunStatus`), ClearML (`TaskStatusEnum`), Comet, Keras Tuner (`TrialStatus`) and Azure ML (`JobStatus`).
 */

/** Says, for each state of a run that is no evidence, why it is none. */
export const leftOutStates = {
  unfinished: 'not ended',
  stopped: 'stopped early',
  invalid: 'without a valid result',
  unclear: 'ended or stopped early, which the state does not say; --set state=finished takes them all as finished',
} as const;

/** Names a state of a run that is left out. */
export type LeftOutState = keyof typeof leftOutStates;
/** Names what a run of a file came to. */
export type ImportedState = 'finished' | 'diverged' | 'failed' | LeftOutState;

/** In lower case, without what separates words. */
const words: Readonly<Record<ImportedState, readonly string[]>> = {
  finished: ['finished', 'complete', 'completed', 'success', 'successful', 'succeeded', 'ok', 'done'],
  diverged: ['diverged'],
  failed: ['failed', 'fail', 'crashed', 'killed', 'error', 'errored'],
  unfinished: [
    ...['unfinished', 'running', 'pending', 'waiting', 'queued', 'created', 'scheduled', 'requested', 'active'],
    ...['inprogress', 'preempting', 'preempted', 'paused', 'idle', 'starting', 'stopping', 'deleting', 'notstarted'],
    ...['preparing', 'provisioning', 'finalizing', 'notresponding', 'cancelrequested'],
  ],
  stopped: [
    ...['stopped', 'pruned', 'earlystopped', 'usercanceled', 'usercancelled', 'syscanceled', 'syscancelled'],
    ...['canceled', 'cancelled', 'aborted'],
  ],
  invalid: ['invalid', 'infeasible'],
  // Ray Tune calls what its scheduler stopped by the same word as what came to its end; ClearML publishes and closes both.
  unclear: ['terminated', 'published', 'publishing', 'closed', 'unknown', 'unspecified', 'stateunspecified'],
};

const byWord = new Map(
  (Object.keys(words) as ImportedState[]).flatMap((state) => words[state].map((word) => [word, state] as const)),
);

/**
 * Reads a state such as `TrialState.PRUNED`, `EARLY_STOPPED` and `InProgress`; null of nothing, undefined of a word
 * that is no state.
 */
export function stateOf(written: string): ImportedState | null | undefined {
  if (written === '') return null;
  const word = written
    .replace(/^[a-z_]+\./i, '')
    .replace(/[\s_-]/g, '')
    .toLowerCase();
  return byWord.get(word);
}

/** Says whether runs of this state are left out. */
export function isLeftOut(state: string | null | undefined): state is LeftOutState {
  return typeof state === 'string' && Object.hasOwn(leftOutStates, state);
}
