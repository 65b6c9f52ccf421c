/** The multilayer perceptron without a skip, the usual baseline on tables. */
import type { Family } from '../family.js';
import { layersFrom } from '../layers.js';

/**
 * relu(z W + b), as often as the network is deep, then a linear layer with a bias. Layers are as wide as the skip of
 * other families and as their bottleneck in turns, the first as the skip; the input projection is the first of them. With
 * both widths C and d inputs, a network of L layers has (d + 1) C + (L - 1)(C + 1) C parameters before the last layer.
 */
export const plain: Family = {
  name: 'plain',
  about: 'relu(z W + b) without a skip, layers as wide as skip and bottleneck in turns',
  shallowest: 2,
  inputProjections: ['trainable', 'fixed'],
  program(arch, dimensions) {
    const layers = layersFrom(dimensions.input);
    let last = layers.inputProjection(arch);
    if (arch.inputProjection === 'trainable') last = layers.bias('input.bias', last, dimensions.input);
    last = layers.elementwise('relu', last);
    for (let layer = 1; layer < arch.depth; layer += 1) {
      const width = layer % 2 === 1 ? arch.bottleneckWidth : arch.skipWidth;
      const product = layers.product(`layer${layer}.w`, last, width);
      last = layers.elementwise('relu', layers.bias(`layer${layer}.b`, product, last.width));
    }
    return layers.finish(arch, last, dimensions, { bias: true });
  },
};
