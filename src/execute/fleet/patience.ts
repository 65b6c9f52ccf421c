/**
 * A Redis that answers with an error, such as one whose memory or disk is full, is asked again until it does what it was
 * asked for. That is said once, and once more when it is over.
 */
import { setTimeout } from 'node:timers/promises';
import { isRefused, knownAnswer, reasonOf } from './answers.js';

/** Waits for a Redis that is there and refuses what it is asked for. */
export interface Patience {
  /**
   * Does the work, and does it anew as long as Redis refuses it, so it must be one that may be done twice. Rejects with
   * what else it throws, and once the signal is aborted or the patience is at its end.
   */
  during<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** To be told of what Redis has refused elsewhere. Nothing happens for other errors. */
  told(error: unknown): void;
  /** Whether Redis has lately done whatever it was asked for. */
  isCalm(): boolean;
  /** What still waits rejects. */
  end(): void;
}

/** Names who is told that Redis refuses, and that it does no longer. */
export interface PatienceOptions {
  /** The address of the Redis, to be shown. */
  readonly shown: string;
  readonly say: (text: string) => void;
  /** Called when Redis begins to refuse, and when it ends. */
  readonly onChange?: () => void;
  /** How long nothing may be refused until it counts as over: longer than the pauses between what is asked. */
  readonly calmAfterMs?: number | undefined;
}

const shortestPauseMs = 250;
const longestPauseMs = 2_000;

/** Watches a Redis, which is taken to be calm at first. */
export function patienceOf({ shown, say, onChange, calmAfterMs = 8_000 }: PatienceOptions): Patience {
  const ended = new AbortController();
  let overTimer: NodeJS.Timeout | null = null;
  const over = () => {
    overTimer = null;
    say(`${shown} answers again`);
    onChange?.();
  };
  const told = (error: unknown) => {
    if (!isRefused(error) || ended.signal.aborted) return;
    if (overTimer !== null) return void overTimer.refresh();
    overTimer = globalThis.setTimeout(over, calmAfterMs).unref();
    say(troubleText(shown, reasonOf(error)));
    onChange?.();
  };
  return {
    async during(work, signal) {
      const stop = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]);
      for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
        try {
          return await work();
        } catch (error) {
          if (!isRefused(error) || stop.aborted) throw error;
          told(error);
        }
        await setTimeout(pauseMs, undefined, { signal: stop });
      }
    },
    told,
    isCalm: () => overTimer === null,
    end() {
      ended.abort();
      if (overTimer !== null) clearTimeout(overTimer);
    },
  };
}

function troubleText(shown: string, reason: string): string {
  const known = knownAnswer(reason);
  const trouble =
    known === null ? `${shown} refuses what it is asked for (${reason})` : `${shown} ${known.what} (${reason})`;
  const remedy = known === null ? '' : `; ${known.remedy}`;
  return `${trouble}${remedy}; what trains goes on, and what is done is kept here until Redis takes it`;
}
