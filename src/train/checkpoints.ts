/** A training that is kept on the disk: it goes on from its checkpoint, saves, and stops where it is asked to. */
import { access } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { clock } from '../base/clock.js';
import { Refusal, Stopped, UserError } from '../base/errors.js';
import { firstItem, zipped } from '../base/items.js';
import type { TaskData } from '../data/task-data.js';
import { isUnusable, readCheckpoint, saveCheckpoint, checkpointFile, type Checkpoint } from '../run/checkpoint.js';
import { requireClaim } from '../run/claim.js';
import { endOf } from '../run/patience.js';
import { specText } from '../run/spec-text.js';
import { isDuration, knownSpans, knownTime } from '../run/timing.js';
import { setAside } from './best-epoch.js';
import type { Network } from './network.js';
import { stepsInEpoch } from './packed-steps.js';
import { elapsedMs, isGoing, isSound, spansOf, type PackProgress } from './progress.js';
import { arraysOf, statesLike } from './state-arrays.js';

/** Tells where and how often a training is saved, and who may stop it. */
export interface CheckpointOptions {
  /** The folder that checkpoints go to; without one nothing is saved. */
  readonly checkpoints?: string;
  /** The file of the claim under which checkpoints are saved; once it is gone, their folder is not ours any more. */
  readonly claim?: string;
  /**
   * The last epoch to train, 1-based: runs that have more are saved and given as stopped. Without it all epochs, and where
   * the training goes on from is told.
   */
  readonly untilEpoch?: number;
  /** The least time between two checkpoints, but for the last one of a training that is asked to stop. */
  readonly checkpointEveryMs?: number;
  /** Looked at before every step and after every batch of an evaluation. */
  readonly stop?: Pick<AbortSignal, 'aborted'>;
  /** Called with what the user should know, a line each. */
  readonly onNote?: (text: string) => void;
}

/** Saves a training on its way, and stops it where that is asked for. */
export interface Keeper {
  /** Whether the training has been asked to stop. Once it has, the answer stays. */
  isAskedToStop(): Promise<boolean>;
  /** Saves and throws a Stopped if an answer was yes. Throws a Refusal where the disk refuses. */
  stopIfAsked(): Promise<void>;
  /** To be called at the end of an epoch: saves if it is time. */
  epochEnded(): Promise<void>;
  /** To be called where the training ends for now: saves. */
  partEnded(): Promise<void>;
}

/** Holds a training that is saved, and what it needs to go on. */
export interface Kept {
  readonly network: Network;
  readonly data: TaskData;
  /** Brought to where its checkpoint was, if there is one. */
  readonly progress: PackProgress;
}

const defaultEveryMs = 30_000;

/** For so long other events of the process may wait: an engine that never waits itself would keep a request from us. */
const breathEveryMs = 100;

/** Goes on from the checkpoint of the training, where there is one, and saves it from then on. */
export async function openKeeper(kept: Kept, options: CheckpointOptions): Promise<Keeper> {
  const { checkpoints: folder, claim, checkpointEveryMs = defaultEveryMs, stop, onNote = () => undefined } = options;
  const isPart = options.untilEpoch !== undefined;
  const { progress } = kept;
  if (folder !== undefined) await goOn(kept, folder, { onNote, isPart });
  let saved = positionOf(progress);
  let savedMs = clock.monotonicMs();
  let breathedMs = savedMs;
  let asked = false;

  const save = async () => {
    if (folder === undefined || !progress.pack.some(isSound)) return;
    // What was saved may have been taken away; at the start there is nothing to save.
    if (positionOf(progress) === saved && (saved === atStart || (await isKept(progress, folder)))) return;
    await write(kept, { folder, claim, onNote });
    saved = positionOf(progress);
    savedMs = clock.monotonicMs();
  };
  return {
    async isAskedToStop() {
      if (stop === undefined) return false;
      if (clock.monotonicMs() - breathedMs > breathEveryMs) {
        await setImmediate();
        breathedMs = clock.monotonicMs();
      }
      asked ||= stop.aborted;
      return asked;
    },
    async stopIfAsked() {
      if (!asked || !progress.pack.some(isSound)) return;
      await save();
      throw new Stopped();
    },
    async epochEnded() {
      if (clock.monotonicMs() - savedMs >= checkpointEveryMs) await save();
    },
    partEnded: save,
  };
}

const atStart = positionOf({ epoch: 0, step: 0 });

function positionOf({ epoch, step }: Pick<PackProgress, 'epoch' | 'step'>): string {
  return `${epoch}/${step}`;
}

function keysOf({ pack }: PackProgress): string[] {
  return pack.map(({ key }) => key);
}

async function isKept(progress: PackProgress, folder: string): Promise<boolean> {
  return access(checkpointFile(folder, keysOf(progress))).then(
    () => true,
    () => false,
  );
}

interface Saving {
  readonly folder: string;
  readonly claim: string | undefined;
  readonly onNote: (text: string) => void;
}

async function write({ network, data, progress }: Kept, { folder, claim, onNote }: Saving): Promise<void> {
  const { pack, epoch, step, startedAt, images, trainingMs } = progress;
  const members = pack.map(({ curve, diverged, lossSum }) => {
    return { curve, diverged, lossSum: Number.isFinite(lossSum) ? lossSum : null };
  });
  const states = await network.state();
  const { steps } = firstItem(states).optimiser;
  if (steps !== stepsDone(progress, data)) {
    throw new Error(`the networks have taken ${steps} steps, their training counts ${stepsDone(progress, data)}`);
  }
  try {
    if (claim !== undefined) await requireClaim(claim);
    await saveCheckpoint(folder, {
      ...{ keys: keysOf(progress), epoch, step, members, images, trainingMs },
      ...{ startedAt: startedAt.toISOString(), elapsedMs: elapsedMs(progress), ...spansOf(progress) },
      arrays: arraysOf(
        states,
        pack.map((course) => (isSound(course) ? course.best : null)),
      ),
    });
  } catch (error) {
    if (error instanceof UserError) throw new Refusal(error.message, error.exitCode, { cause: error });
    // What is too large to be saved is trained all the same.
    if (!(error instanceof RangeError)) throw error;
    onNote(`${nameOf(progress)}: nothing is saved: ${error.message}`);
  }
}

interface GoingOn {
  readonly onNote: (text: string) => void;
  /** The training was to end where it did, and to go on now. */
  readonly isPart: boolean;
}

/** Brings the training to where the checkpoint of the pack was; leaves it alone if there is none that may be used. */
async function goOn(kept: Kept, folder: string, { onNote, isPart }: GoingOn): Promise<void> {
  const { data, progress } = kept;
  const found = await readCheckpoint(folder, keysOf(progress));
  if (found === null) return;
  const problem = isUnusable(found) ? found.problem : await restore(kept, found, isPart);
  if (problem !== null) {
    onNote(`${checkpointFile(folder, keysOf(progress))}: ${problem}; ${nameOf(progress)} starts anew`);
    return;
  }
  if (isPart) return;
  const { recipe } = firstItem(progress.pack).spec;
  const isAtEnd = progress.epoch === recipe.epochs || !progress.pack.some(isGoing);
  const epoch = isAtEnd ? 'the end of its last epoch' : `epoch ${progress.epoch + 1} of ${recipe.epochs}`;
  onNote(`${nameOf(progress)} goes on from ${epoch}${stepInWords(progress.step, stepsInEpoch(data, recipe))}`);
}

/** @param done steps of the epoch that are done */
function stepInWords(done: number, steps: number): string {
  if (done === 0) return '';
  return done < steps ? `, step ${done + 1} of ${steps}` : ', its validation';
}

/** Gives why the checkpoint cannot be gone on from, in words, or null where it is done. */
async function restore(
  { network, data, progress }: Kept,
  checkpoint: Checkpoint,
  isPart: boolean,
): Promise<string | null> {
  const { epoch, step, members, arrays } = checkpoint;
  const problem = 'expected the checkpoint of such a training, got that of another';
  if (!fits(progress, checkpoint, data)) return problem;
  try {
    const steps = stepsDone({ pack: progress.pack, epoch, step }, data);
    const hasBest = zipped(progress.pack, members).map(
      ([{ spec }, { curve, diverged }]) => spec.recipe.patience !== undefined && diverged === null && curve.length > 0,
    );
    const kept = statesLike(await network.state(), arrays, { steps, hasBest });
    await network.restore(kept.states);
    for (const [course, best] of zipped(progress.pack, kept.best)) course.best = best;
  } catch (error) {
    if (error instanceof RangeError) return problem;
    throw error;
  }
  Object.assign(progress, { epoch, step, ...timesOf(checkpoint, progress, isPart) });
  for (const [course, { curve, diverged, lossSum }] of zipped(progress.pack, members)) {
    course.curve.push(...curve);
    course.diverged = diverged;
    course.lossSum = lossSum ?? NaN;
  }
  setAside(progress.pack);
  return null;
}

/** What the checkpoint tells of the time before this part; what it does not is left out, and the run counts as shorter. */
function timesOf(checkpoint: Checkpoint, progress: PackProgress, isPart: boolean): Partial<PackProgress> {
  const { startedAt, elapsedMs: durationMs, images, trainingMs } = checkpoint;
  const known = knownTime({ startedAt, durationMs });
  const earlierMs = known?.durationMs ?? 0;
  const partStartMs = progress.startedAt.getTime();
  // Others trained between the parts: it counts as one piece that ends when it does.
  const startMs = isPart || known === null ? partStartMs - earlierMs : known.startMs;
  const from = progress.studyStartedMs ?? 0;
  return {
    ...{ earlierMs, startedAt: new Date(startMs) },
    earlierSpans: knownSpans(checkpoint.spans) ?? [[from - earlierMs, from]],
    ...(isDuration(trainingMs) && { images, trainingMs }),
  };
}

/** Whether the numbers of the checkpoint are such as the training comes to. */
function fits({ pack }: PackProgress, { epoch, step, members }: Checkpoint, data: TaskData): boolean {
  const { recipe } = firstItem(pack).spec;
  const last = epoch < recipe.epochs ? stepsInEpoch(data, recipe) : 0;
  const isPast = members.every(({ curve, diverged, lossSum }) => {
    const end = recipe.patience === undefined ? null : endOf(curve, recipe);
    if (diverged !== null || end !== null) return curve.length <= Math.min(epoch, end ?? epoch);
    return curve.length === epoch && lossSum !== null;
  });
  return epoch <= recipe.epochs && step <= last && isPast;
}

function stepsDone({ pack, epoch, step }: Pick<PackProgress, 'pack' | 'epoch' | 'step'>, data: TaskData): number {
  return epoch * stepsInEpoch(data, firstItem(pack).spec.recipe) + step;
}

/** `hourglass 785-115-4, lr 0.001, replicate 0`, or `… and 5 more`. */
function nameOf({ pack }: PackProgress): string {
  const more = pack.length === 1 ? '' : ` and ${pack.length - 1} more`;
  return specText(firstItem(pack).spec) + more;
}
