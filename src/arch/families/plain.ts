/** The multilayer perceptron without a skip, the usual baseline on tables. */
import { activations, dropoutRate, oneOfWords, type Activation, type Family } from '../family.js';
import { layersFrom } from '../layers.js';
import type { Value } from '../program.js';

/**
 * relu(z W + b), as often as the network is deep, then a linear layer with a bias. Layers are as wide as the skip of
 * other families and as their bottleneck in turns, the first as the skip; the input projection is the first of them. With
 * both widths C and d inputs, a network of L layers has (d + 1) C + (L - 1)(C + 1) C parameters before the last layer.
 * By its settings it takes another activation, and has dropout behind each.
 */
export const plain: Family<'activation' | 'dropout'> = {
  name: 'plain',
  settings: { activation: oneOfWords(...activations), dropout: dropoutRate },
  shallowest: 2,
  inputProjections: ['trainable', 'fixed'],
  program(arch, dimensions, settings) {
    const layers = layersFrom(dimensions.input);
    const activated = (value: Value) =>
      layers.dropout(Number(settings.dropout), layers.elementwise(settings.activation as Activation, value));
    let last = activated(layers.inputProjection(arch, { bias: true }));
    for (let layer = 1; layer < arch.depth; layer += 1) {
      const width = layer % 2 === 1 ? arch.bottleneckWidth : arch.skipWidth;
      const product = layers.product(`layer${layer}.w`, last, width);
      last = activated(layers.bias(`layer${layer}.b`, product, last.width));
    }
    return layers.finish(arch, last, dimensions, { bias: true });
  },
};
