/** Lines of a file of which nothing is made, and which are no fault: counted, with why. */
import { counted } from '../base/numbers.js';
import { isLeftOut, leftOutStates } from './states.js';

const reasons = {
  ...leftOutStates,
  networkless: 'failed before it had a network',
  empty: 'empty in every column that is read',
  copies:
    'equal to another line in every column that is read, so copies of one run; a replicate or seed tells runs apart',
} as const;

/** Names a reason to leave a line out. */
export type LeftOutKind = keyof typeof reasons;

/** Counts the lines of one kind. */
export interface LeftOut {
  readonly why: string;
  /** The states of their runs, as the file writes them; empty where those do not matter. */
  readonly states: readonly string[];
  readonly lines: number;
}

/** Counts the lines that are left out. */
export interface LeftOutLines {
  /** @param state as the file writes it; null where it does not matter */
  add(kind: LeftOutKind, state: string | null, lines?: number): void;
  /** Each kind once, in a fixed order. */
  all(): LeftOut[];
  /** Lines whose state says that the run gave no evidence. */
  readonly unfinished: number;
}

/** Opens a count at zero. */
export function leftOutLines(): LeftOutLines {
  const counts = new Map<LeftOutKind, { lines: number; readonly states: Set<string> }>();
  return {
    add(kind, state, lines = 1) {
      if (lines === 0) return;
      const count = counts.get(kind) ?? { lines: 0, states: new Set() };
      count.lines += lines;
      if (state !== null) count.states.add(state);
      counts.set(kind, count);
    },
    all: () =>
      (Object.keys(reasons) as LeftOutKind[]).flatMap((kind) => {
        const count = counts.get(kind);
        return count ? [{ why: reasons[kind], states: [...count.states].sort(), lines: count.lines }] : [];
      }),
    get unfinished() {
      return [...counts].reduce((sum, [kind, { lines }]) => sum + (isLeftOut(kind) ? lines : 0), 0);
    },
  };
}

/** Writes the lines of a kind as `2 lines: stopped early (EARLY_STOPPED, PRUNED)`. */
export function leftOutText({ why, states, lines }: LeftOut): string {
  return `${counted(lines, 'line')}: ${why}${states.length === 0 ? '' : ` (${states.join(', ')})`}`;
}
