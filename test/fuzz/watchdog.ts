/** Ends the process, and tells the input, where one hangs: a loop without end, or a promise that nobody keeps. */
import { Worker } from 'node:worker_threads';

export interface Watchdog {
  /** Called with an input in words before it is fed. */
  begin(input: string): void;
  end(): void;
  close(): Promise<void>;
}

export interface Limits {
  /** Of this process, on one input. */
  readonly processorMs: number;
  readonly wallMs: number;
}

const longestText = 100_000;

export function openWatchdog({ processorMs, wallMs }: Limits): Watchdog {
  const counter = new SharedArrayBuffer(8);
  const text = new SharedArrayBuffer(longestText);
  const thread = new Worker(new URL('./watchdog-thread.mjs', import.meta.url), {
    workerData: { counter, text, processorMs, wallMs },
  });
  thread.unref();
  const progress = new Int32Array(counter);
  const bytes = new Uint8Array(text);
  return {
    begin(input) {
      const told = Buffer.from(input).subarray(0, longestText);
      bytes.set(told);
      Atomics.store(progress, 1, told.length);
      Atomics.add(progress, 0, 1);
    },
    end: () => void Atomics.add(progress, 0, 1),
    close: async () => void (await thread.terminate()),
  };
}
