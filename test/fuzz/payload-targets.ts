/** What stands in a Redis that anybody may have written to, on its way to a worker and to a search. */
import * as fc from 'fast-check';
import { checkArch } from '../../src/arch/arch.js';
import { findTask } from '../../src/data/tasks.js';
import { jobMessage, parseJob, parseProgress, parseResult, resultText } from '../../src/execute/fleet/messages.js';
import { jobIdOf, type FleetKind } from '../../src/execute/fleet/names.js';
import { keyOf } from '../../src/run/key.js';
import type { RunSpec } from '../../src/run/run.js';
import { changed, specs } from './log-inputs.js';
import { damaged, rarely } from './mutations.js';
import { target } from './target.js';

const kind: FleetKind = { version: '0.1.0', engine: 'onnx-cpu' };

/** Runs of one network that differ in learning rate and replicate. */
const packs: fc.Arbitrary<RunSpec[]> = fc
  .tuple(specs('mnist/denoising'), fc.integer({ min: 1, max: 4 }))
  .map(([spec, size]) =>
    Array.from({ length: size }, (_, replicate) => ({
      ...spec,
      engine: kind.engine,
      recipe: { ...spec.recipe, learningRate: 1e-3, epochs: 2, replicate },
    })),
  );

const measured = { meanSquaredError: 0.004, psnrDb: 24, psnrOfMeanDb: 24 };
const epochAt = (epoch: number) => ({ epoch, learningRate: 1e-3, trainLoss: 0.1, validation: measured });
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function resultOf(pack: readonly RunSpec[], isDiverged: boolean): object {
  const timing = { startedAt: '2026-01-01T00:00:00.000Z', durationMs: 9, imagesPerSecond: null };
  const runs = pack.map((spec) => {
    const outcome = { key: keyOf(spec), spec, timing };
    return isDiverged
      ? { ...outcome, state: 'diverged' as const, reason: 'a loss', curve: [epochAt(1)] }
      : {
          ...outcome,
          state: 'finished' as const,
          curve: [epochAt(1), epochAt(2)],
          validation: measured,
          test: { ...measured, ssim: 0.9 },
        };
  });
  return JSON.parse(resultText({ type: 'runs', runs, sheets: pack.map(() => png) })) as object;
}

type Kind = 'job' | 'progress' | 'result';

interface Payload {
  readonly kind: Kind;
  readonly pack: readonly RunSpec[];
  /** As it stands in Redis. */
  readonly text: Buffer;
}

const payloads: fc.Arbitrary<Payload> = fc
  .tuple(packs, fc.constantFrom<Kind[]>('job', 'progress', 'result'), fc.boolean(), fc.integer({ min: 0, max: 5 }))
  .chain(([pack, what, isDiverged, place]) => {
    const sound = {
      job: jobMessage(pack, kind),
      progress: isDiverged ? { type: 'unable', reason: 'no data\n' } : { type: 'epoch', place, epoch: epochAt(1) },
      result: place === 5 ? { type: 'out of memory', reason: '\u001b[2J' } : resultOf(pack, isDiverged),
    }[what];
    const message = rarely(fc.constant(sound), changed(sound), 3);
    const texts = rarely(
      message.map((value) => JSON.stringify(value)),
      fc.oneof(fc.json(), fc.constantFrom('null', '[]', '['.repeat(50_000), '{"specs":null}', '')),
      12,
    );
    return damaged(
      texts.map((text) => Buffer.from(text)),
      6,
    ).map((text) => ({ kind: what, pack, text }));
  });

const queuePayload = target<Payload>({
  name: 'queue payload',
  share: 10,
  inputs: payloads,
  async feed({ kind: what, pack, text }) {
    await Promise.resolve();
    if (what === 'result') {
      const result = parseResult(text.toString(), pack);
      // It goes into the log of the search.
      return void resultText(result);
    }
    // The queue has taken the JSON apart before it hands it on.
    const value = fromJson(text.toString());
    if (what === 'progress') return parseProgress(value, pack) === null ? 'refused' : 'accepted';
    const taken = parseJob(value, kind);
    jobIdOf('study', taken);
    for (const { task, arch } of taken) checkArch(arch, findTask(task).dimensions);
    return 'accepted';
  },
  least: { accepted: 0.2, refused: 0.2 },
});

/** Undefined where it is none. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const payloadTargets = [queuePayload];
