/** What of a plan is still to be trained. */
import { keyOf, packKeyOf } from '../run/key.js';
import { holdsPart, isOver, type Part, type Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';

/** A training, a part of one, or nothing before the end of another that is under way. */
export type Planned = RunSpec | Part | 'wait';

/** Says what is planned, and what of it is known already. */
export interface PlannedTrainings {
  /** Read one at a time, as trainings become free. */
  readonly specs: Iterable<Planned>;
  /** The runs of the log by key. Failed ones are trained again; what is over, or has come as far as is planned, is not. */
  readonly known: ReadonlyMap<string, Run>;
}

/** Holds what came of a planned run. */
export interface PlannedOutcome {
  /** Undefined until it is known; of a run that is trained in parts, the last one. */
  run: Run | undefined;
  /** What the log has in its place: a failed one, or one that was stopped. */
  readonly before: Run | undefined;
  /** How many of its parts are still to end. */
  open: number;
}

/** Asks for a training, or a part of one, that is still to be done. */
export interface PlannedPart {
  readonly spec: RunSpec;
  /** Null for a training that is not divided. */
  readonly untilEpoch: number | null;
  readonly outcome: PlannedOutcome;
}

/** Gives the part of a training that is planned; one that is planned as a whole is not divided. */
export function partOf(planned: Exclude<Planned, 'wait'>): Pick<PlannedPart, 'spec' | 'untilEpoch'> {
  return 'spec' in planned ? planned : { spec: planned, untilEpoch: null };
}

/**
 * Gives what is still to be trained. The outcomes are by key, in plan order; those that the log answers are added on the
 * way.
 * @param onSkipped told of each run that the log answers
 */
export function* pendingParts(
  { specs, known }: PlannedTrainings,
  outcomes: Map<string, PlannedOutcome>,
  onSkipped: (run: Run) => void,
): Generator<PlannedPart | 'wait'> {
  const planned = new Set<string>();
  for (const next of specs) {
    if (next === 'wait') {
      yield next;
      continue;
    }
    const { spec, untilEpoch } = partOf(next);
    const key = keyOf(spec);
    if (planned.has(`${key} ${untilEpoch}`)) continue;
    planned.add(`${key} ${untilEpoch}`);
    const run = known.get(key);
    const outcome = outcomes.get(key) ?? { run: undefined, before: run, open: 0 };
    outcomes.set(key, outcome);
    if (run !== undefined && (untilEpoch === null ? isOver(run) : holdsPart(run, untilEpoch))) {
      outcome.run = run;
      onSkipped(run);
    } else {
      outcome.open += 1;
      yield { spec, untilEpoch, outcome };
    }
  }
}

/** Gives what is still to be trained, one at a time; `wait` where that depends on what is under way. */
export interface Pending {
  /** Null where there is none. */
  peek(): PlannedPart | 'wait' | null;
  take(): PlannedPart | 'wait' | null;
}

/** Lets the next part be seen before it is taken; what is seen is taken next. */
export function lookingAhead(parts: Iterator<PlannedPart | 'wait', void, void>): Pending {
  let ahead: PlannedPart | null = null;
  const next = () => {
    const result = parts.next();
    return result.done === true ? null : result.value;
  };
  return {
    peek() {
      if (ahead !== null) return ahead;
      const found = next();
      // Waiting may be over when it is asked for again.
      if (found !== 'wait') ahead = found;
      return found;
    },
    take() {
      const taken = ahead ?? next();
      ahead = null;
      return taken;
    },
  };
}

/** Takes the next runs that may train together; none where all are taken, or no more may start. */
export function takePack(
  pending: Pending,
  packSize: number,
  admits: (spec: RunSpec) => boolean,
): PlannedPart[] | 'wait' {
  const pack: PlannedPart[] = [];
  while (pack.length < packSize) {
    const next = pending.peek();
    if (next === 'wait') return pack.length === 0 ? next : pack;
    if (next === null || !fits(next, pack) || !admits(next.spec)) break;
    pack.push(next);
    pending.take();
  }
  return pack;
}

/** The checkpoint of a pack is one file, so what is trained in parts must not come into another pack with the next one. */
function fits(next: PlannedPart, [first]: readonly PlannedPart[]): boolean {
  if (first === undefined) return true;
  return next.untilEpoch === null && first.untilEpoch === null && packKeyOf(next.spec) === packKeyOf(first.spec);
}
