/** Residual blocks with a gate, as the hourglass feed-forward layers of language models have them. */
import { inputProjections } from '../arch.js';
import type { Family } from '../family.js';
import { layersFrom } from '../layers.js';

/**
 * z + (silu(n Wg) * (n Wv)) Wu with n = RMSNorm(z), without gain or biases. A block has 3 C h parameters. Sources: the
 * gate, arXiv 2002.05202; such blocks one after the other in both shapes, arXiv 2602.06471.
 */
export const gated: Family<never> = {
  name: 'gated',
  settings: {},
  shallowest: 1,
  inputProjections,
  program(arch, dimensions) {
    const layers = layersFrom(dimensions.input);
    let skip = layers.inputProjection(arch);
    for (let block = 0; block < arch.depth; block += 1) {
      const name = `block${block}`;
      const normalised = layers.normalise('root-mean-square', skip);
      const gate = layers.elementwise('silu', layers.product(`${name}.gate`, normalised, arch.bottleneckWidth));
      const value = layers.product(`${name}.value`, normalised, arch.bottleneckWidth);
      skip = layers.product(`${name}.up`, layers.multiply(gate, value), skip.width, { skip });
    }
    return layers.finish(arch, skip, dimensions);
  },
};
