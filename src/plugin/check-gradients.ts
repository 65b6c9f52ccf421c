/** Whether an engine's gradient of a program is the slope of its loss: held to central differences. */
import { trainableMatrices, type Program } from '../arch/program.js';
import { initialWeights } from '../arch/weights.js';
import { randomStream, type RandomStream } from '../base/random.js';
import type { Engine, Model, ModelState, Step } from '../engine/engine.js';

/** With these decay rates the first moment after a step is the gradient. */
const plainGradients = { beta1: 0, beta2: 0, epsilon: 1, weightDecay: 0 } as const;

const batch = 7;
/** Tried one after the other: the largest is above rounding in float32, the smallest between the bends of most functions. */
const steps = [3e-2, 1e-2, 3e-3] as const;
/** A wrong rule is wrong by far more, and float32 at these steps by far less. */
const tolerance = { relative: 0.02, absolute: 5e-5 } as const;
/** A network of relus may have a bend just where it is looked at, but not each time. */
const tries = 3;

/**
 * Says in words where the slope of the loss of a small network is another than the engine's gradient says: of each matrix along
 * its gradient and along a random direction; null where they agree.
 */
export async function faultOfGradients(program: Program, engine: Engine): Promise<string | null> {
  let fault: string | null = null;
  for (let number = 0; number < tries; number += 1) {
    fault = await faultOfDraw(program, engine, number);
    if (fault === null) return null;
  }
  return fault;
}

async function faultOfDraw(program: Program, engine: Engine, number: number): Promise<string | null> {
  const stream = randomStream('gradients of a plugin', number);
  const weights = new Map(initialWeights(program, `gradients ${number}`));
  const model = await engine.open(program, [weights], plainGradients);
  try {
    const step = stepOf(program, stream);
    const [start] = await model.state();
    const loss = await lossAt(model, start!, step);
    if (!Number.isFinite(loss)) return `a finite loss of a new network, got ${loss}`;
    const [after] = await model.state();
    const gradients = after!.optimiser.firstMoment;
    for (const { name } of trainableMatrices(program)) {
      const gradient = gradients.get(name)!;
      if (!gradient.every(Number.isFinite)) return `finite gradients of a new network, got others of ${name}`;
      const signs = gradient.map(() => (stream.uniform() < 0.5 ? -1 : 1));
      for (const direction of [gradient, signs]) {
        const fault = await faultAlong(direction, { model, start: start!, step, name, gradient });
        if (fault !== null) return fault;
      }
    }
    return null;
  } finally {
    await model.dispose();
  }
}

interface Place {
  readonly model: Model;
  readonly start: ModelState;
  readonly step: Step;
  /** Of a matrix. */
  readonly name: string;
  readonly gradient: Float32Array;
}

async function faultAlong(
  direction: Float32Array,
  { model, start, step, name, gradient }: Place,
): Promise<string | null> {
  const length = Math.hypot(...direction);
  if (length === 0) return null;
  const unit = direction.map((value) => value / length);
  const expected = unit.reduce((sum, value, index) => sum + value * gradient[index]!, 0);
  const allowed = tolerance.absolute + tolerance.relative * Math.hypot(...gradient);
  const lossAfter = (size: number) => {
    const moved = start.weights.get(name)!.map((value, index) => value + size * unit[index]!);
    return lossAt(model, { ...start, weights: new Map(start.weights).set(name, moved) }, step);
  };
  let slope = NaN;
  for (const size of steps) {
    slope = ((await lossAfter(size)) - (await lossAfter(-size))) / (2 * size);
    if (Math.abs(slope - expected) <= allowed) return null;
  }
  return `gradients that are the slopes of its loss, ${shortly(slope)} for ${name}, got ${shortly(expected)}`;
}

function shortly(value: number): string {
  return value.toPrecision(3);
}

/** The loss in training, by a step that changes no weight. */
async function lossAt(model: Model, state: ModelState, step: Step): Promise<number> {
  await model.restore([state]);
  let loss = NaN;
  for await (const [ofStep] of model.train([step])) loss = ofStep!;
  return loss;
}

function stepOf({ input, loss }: Program, stream: RandomStream): Step {
  const numbers = (length: number) => Float32Array.from({ length }, () => 2 * stream.uniform() - 1);
  const target = numbers(batch * loss.targetWidth);
  return {
    input: numbers(batch * input.width),
    // Shares of classes, which every loss takes.
    target: target.map((value) => (value + 1) / (2 * loss.targetWidth)),
    size: batch,
    learningRates: [0],
    dropoutSeeds: [1],
  };
}
