/** Feeds a target's inputs one after the other, each in a folder of its own, watched and guarded. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { type AnyTarget, type Verdict, verdictOf } from './target.js';
import { openWatchdog } from './watchdog.js';
import { openWriteGuard } from './write-guard.js';

export interface Counts extends Readonly<Record<Verdict, number>> {
  readonly name: string;
  readonly inputs: number;
  readonly seconds: number;
}

export interface Feeding {
  readonly inputs: number;
  readonly seed: number;
  /** Of one input, as a failure tells it; without one all are fed. */
  readonly path?: string;
}

export interface Feeder {
  /** Throws the first failure, made as small as it could be, with what repeats it. */
  feed(target: AnyTarget, feeding: Feeding): Promise<Counts>;
  close(): Promise<void>;
}

/** Far more than any input takes. */
const limits = { processorMs: 20_000, wallMs: 900_000 };

export function openFeeder(): Feeder {
  const before = process.cwd();
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'hgmlp-fuzz-')));
  const watchdog = openWatchdog(limits);
  const guard = openWriteGuard();
  let fed = 0;

  const feedOne = async (target: AnyTarget, input: unknown): Promise<Verdict> => {
    const folder = path.join(root, String((fed += 1)));
    mkdirSync(folder);
    process.chdir(folder);
    try {
      target.lay?.(input);
      return await guard.watch('results', () => verdictOf(target.feed(input)));
    } finally {
      process.chdir(root);
      rmSync(folder, { recursive: true });
    }
  };

  return {
    async feed(target, { inputs, seed, path: one }) {
      const counts = { accepted: 0, refused: 0 };
      const started = performance.now();
      let place = 0;
      const property = fc.asyncProperty(target.inputs, async (input) => {
        watchdog.begin(`${target.name}, seed ${seed}, path ${one ?? place}: ${inWords(input)}`);
        place += 1;
        const verdict = await feedOne(target, input).finally(() => watchdog.end());
        counts[verdict] += 1;
      });
      const details = await fc.check(property, {
        seed,
        numRuns: one === undefined ? inputs : 1,
        ...(one && { path: one }),
      });
      if (details.failed) throw failureOf(target, details);
      return { name: target.name, inputs: details.numRuns, ...counts, seconds: (performance.now() - started) / 1000 };
    },
    async close() {
      guard.close();
      await watchdog.close();
      process.chdir(before);
      rmSync(root, { recursive: true });
    },
  };
}

function failureOf({ name }: AnyTarget, details: fc.RunDetailsCommon<[unknown]>): Error {
  const { counterexample, counterexamplePath, errorInstance, seed } = details;
  const repeat = `npm run fuzz -- --target ${JSON.stringify(name)} --seed ${seed} --path ${counterexamplePath}`;
  return new Error(
    `${name}: ${String(errorInstance)}\nthe input: ${inWords(counterexample?.[0])}\nrepeat it with: ${repeat}`,
    { cause: errorInstance },
  );
}

const longestInput = 20_000;

/** JSON, with bytes as the text that they are. */
export function inWords(input: unknown): string {
  const words = JSON.stringify(input, function (this: Record<string, unknown>, key, value: unknown) {
    const item = this[key];
    if (item instanceof Uint8Array) return Buffer.from(item).toString('utf8');
    if (typeof item === 'bigint' || (typeof item === 'number' && !Number.isFinite(item))) return String(item);
    return value;
  });
  return String(words).slice(0, longestInput);
}
