/** The inverted bottleneck of "Scaling MLPs: a tale of inductive bias", arXiv 2306.13575. */
import { inputProjections } from '../arch.js';
import type { Family } from '../family.js';
import { layersFrom } from '../layers.js';

/**
 * z + gelu(LN(z) W1 + b1) W2 + b2, with layer normalisation of gain and bias. A block has 2 C h + h + 3 C parameters:
 * 8 C² + 7 C where h = 4 C. The output projection has a bias, and so has an input projection that starts at random and
 * is trained.
 */
export const mlpLn: Family<never> = {
  name: 'mlp-ln',
  settings: {},
  shallowest: 1,
  inputProjections,
  program(arch, dimensions) {
    const layers = layersFrom(dimensions.input);
    let skip = layers.inputProjection(arch, { bias: true });
    for (let block = 0; block < arch.depth; block += 1) {
      const name = `block${block}`;
      const normalised = layers.layerNormalisation(`${name}.norm`, skip);
      const product = layers.product(`${name}.w1`, normalised, arch.bottleneckWidth);
      const hidden = layers.elementwise('gelu', layers.bias(`${name}.b1`, product, normalised.width));
      const written = layers.product(`${name}.w2`, hidden, skip.width, { skip });
      skip = layers.bias(`${name}.b2`, written, hidden.width);
    }
    return layers.finish(arch, skip, dimensions, { bias: true });
  },
};
