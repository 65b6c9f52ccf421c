/** Studies whose truth is known: the expected PSNR of every architecture is written down before noise is added. */
import { randomStream, type RandomStream } from '../../src/base/random.js';
import { type MeasuredCandidate, candidatesOf } from '../../src/frontier/bootstrap.js';
import { type Envelope, envelopeOf } from '../../src/pareto/envelope.js';
import { evidenceOf } from '../../src/frontier/evidence.js';
import type { FinishedRun } from '../../src/run/run.js';
import { finished } from './runs.js';

export const syntheticDimensions = { input: 784, output: 784 };

export interface TrueArch {
  readonly skipWidth: number;
  readonly bottleneckWidth: number;
  readonly depth: number;
  /** Expected PSNR at each learning rate, in dB. */
  readonly scores: readonly number[];
}

export interface WorldOptions {
  readonly seed: number;
  readonly archs: number;
  readonly rates: number;
  /** Added to every architecture. */
  readonly advantageDb: number;
  /** How far an architecture may lie below the curve, as a standard deviation. */
  readonly spreadDb: number;
}

/** Hourglass architectures of 1 M to 8 M parameters on a curve that flattens, each somewhat below it. */
export function trueArchs({ seed, archs, rates, advantageDb, spreadDb }: WorldOptions): TrueArch[] {
  const stream = randomStream('true architectures', seed);
  const below = (stdDb: number) => Math.abs(normal(stream)) * stdDb;
  return Array.from({ length: archs }, (_, index) => {
    const size = index === 0 ? 0 : stream.uniform();
    const params = 1e6 * 8 ** size;
    const skipWidth = 400;
    const depth = 1 + (index % 3);
    const bottleneckWidth = Math.round((params / skipWidth - 1568) / (2 * depth)) + index;
    const bestDb = 24 + 1.2 * (1 - Math.exp(-3 * size)) + advantageDb - below(spreadDb);
    const scores = Array.from({ length: rates }, (_, rate) => bestDb - (rate === 0 ? 0 : below(spreadDb)));
    return { skipWidth, bottleneckWidth, depth, scores };
  });
}

export interface NoiseOptions {
  readonly seed: number;
  readonly replicates: number;
  readonly stdDb: number;
}

/** Runs of the architectures: most of the noise is common to both sets, as it comes from training. */
export function noisyRuns(archs: readonly TrueArch[], { seed, replicates, stdDb }: NoiseOptions): FinishedRun[] {
  const stream = randomStream('noisy runs', seed);
  return archs.flatMap(({ scores, ...arch }) =>
    scores.flatMap((psnrDb, rate) =>
      Array.from({ length: replicates }, (_, replicate) => {
        const trainedDb = psnrDb + stdDb * normal(stream);
        const ofSet = () => trainedDb + 0.2 * stdDb * normal(stream);
        return finished({ arch, recipe: { replicate, learningRate: 0.001 / (rate + 1) } }, ofSet(), ofSet());
      }),
    ),
  );
}

export function candidatesFrom(runs: readonly FinishedRun[]): MeasuredCandidate[] {
  return candidatesOf(evidenceOf(runs, syntheticDimensions), 'trainable');
}

/** The envelope of the expected PSNRs, each architecture at its truly best rate. */
export function trueEnvelope(archs: readonly TrueArch[]): Envelope {
  const runs = noisyRuns(archs, { seed: 0, replicates: 1, stdDb: 0 });
  const candidates = candidatesFrom(runs);
  const bestDb = candidates.map(({ evidence }) => Math.max(...evidence.rates.map((rate) => rate.testScore)));
  return envelopeOf(
    candidates.map((candidate) => candidate.size),
    bestDb,
    bestDb,
  );
}

export function normal(stream: RandomStream): number {
  return Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform());
}
