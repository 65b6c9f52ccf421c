/** Two multilayer perceptrons side by side, each behind a gate of its own, whose outputs are fused bilinearly. */
import { inputProjections } from '../arch.js';
import type { Family } from '../family.js';
import { layersFrom, type Layers } from '../layers.js';
import type { Value } from '../program.js';

/**
 * With e the input as its projection gives it, C wide: each stream takes 2 sigmoid(relu(e A + a) B + b) * e, and then as
 * many blocks relu(relu(z A + a) B + b) as the network is deep, from C to h and back to C. Of their ends o1 and o2 the
 * output is o1 W1 + o2 W2 + ((o1 W3) * o2) W4 and a bias; without an output projection o1 + o2 + (o1 W3) * o2. With d inputs
 * and q outputs there are (d + 1) C + 2 (L + 1) (2 C h + h + C) + C² + (3 C + 1) q parameters.
 *
 * Source: FinalMLP, arXiv 2304.00902, whose fusion has a term o1 W o2 with a matrix of C² for each output. For one output
 * this is the same; of several, all share W3, and W4 weighs its columns for each, so that they have C² + C q in place of
 * C² q values. Its heads, of which one is the default there, are left out.
 */
export const twoStream: Family<never> = {
  name: 'two-stream',
  settings: {},
  shallowest: 1,
  inputProjections,
  program(arch, dimensions) {
    const layers = layersFrom(dimensions.input);
    const embedded = layers.inputProjection(arch, { bias: true });
    const inner = arch.bottleneckWidth;
    const stream = (name: string): Value => {
      const gate = layers.elementwise('sigmoid', pair(layers, `${name}.gate`, embedded, inner));
      const gated = layers.multiply(gate, embedded);
      let last = layers.add(gated, gated);
      for (let block = 0; block < arch.depth; block += 1) {
        last = layers.elementwise('relu', pair(layers, `${name}.block${block}`, last, inner));
      }
      return last;
    };
    const [left, right] = [stream('stream1'), stream('stream2')];
    const both = layers.multiply(layers.product('fusion', left, right.width), right);
    const fused =
      arch.outputProjection === 'trainable'
        ? layers.concatenate([left, right, both])
        : layers.add(layers.add(left, right), both);
    return layers.finish(arch, fused, dimensions, { bias: true });
  },
};

/** relu(input A + a) B + b, as wide as the input; the first layer has the inner width. */
function pair(layers: Layers, name: string, input: Value, inner: number): Value {
  const first = layers.bias(`${name}.b1`, layers.product(`${name}.w1`, input, inner), input.width);
  const hidden = layers.elementwise('relu', first);
  return layers.bias(`${name}.b2`, layers.product(`${name}.w2`, hidden, input.width), hidden.width);
}
