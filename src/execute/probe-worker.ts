/** The script of a probe: it answers one question, and is ended by its parent. */
import { clock } from '../base/clock.js';
import { messageOf, UserError } from '../base/errors.js';
import { limitFault } from '../base/machine-limits.js';
import { CannotStart } from '../engine/cannot-start.js';
import type { Engine } from '../engine/engine.js';
import type { Answers, EngineProof, ProbeQuestion, QuestionOf, Reply } from './probe-messages.js';

type Answering = { readonly [Type in ProbeQuestion['type']]: (question: QuestionOf<Type>) => Promise<Answers[Type]> };

/** What each needs is loaded when it is asked for. */
const answering: Answering = {
  async engine({ name }) {
    const { engineRow } = await import('../engine/engines.js');
    const startedMs = clock.monotonicMs();
    let engine: Engine;
    try {
      engine = await engineRow(name).open();
    } catch (error) {
      return { cannotStart: error instanceof CannotStart ? error.reason : messageOf(error) };
    }
    return proofOf(engine, startedMs);
  },
  async adapter() {
    const { webGpuAdapter } = await import('./webgpu-adapter.js');
    return webGpuAdapter();
  },
  async measure({ extremes, members, dataFolder, plugins }) {
    const [{ openTask }, { measureExtremes }] = await Promise.all([
      import('../data/task-data.js'),
      import('../train/estimate.js'),
    ]);
    if (plugins.length > 0) await (await import('../plugin/load.js')).loadPlugins(plugins);
    const data = await openTask(extremes.smallest.task, { folder: dataFolder });
    return measureExtremes(extremes, data, members);
  },
};

async function proofOf(engine: Engine, startedMs: number): Promise<EngineProof> {
  const { proveEngine, readGoldenCase } = await import('./golden-case.js');
  const proof = await proveEngine(engine, await readGoldenCase());
  return { ...proof, adapter: engine.adapter, durationMs: Math.round(clock.monotonicMs() - startedMs) };
}

// Where a parent is to outlive its terminal, so is what it asked.
process.on('SIGHUP', () => undefined);
process.on('disconnect', () => process.exit());
process.once('message', (question: ProbeQuestion) => void reply(question));

async function reply(question: ProbeQuestion): Promise<void> {
  const answer = answering[question.type] as (question: ProbeQuestion) => Promise<Answers[ProbeQuestion['type']]>;
  try {
    send({ type: 'answer', answer: await answer(question) });
  } catch (thrown) {
    const error = limitFault(thrown) ?? thrown;
    const userError = error instanceof UserError ? { exitCode: error.exitCode, details: error.details } : null;
    send({ type: 'failure', reason: messageOf(error), userError });
  }
}

function send(message: Reply): void {
  process.send!(message);
}
