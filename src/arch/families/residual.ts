/** The residual multilayer perceptron of "Rethinking the shape convention of an MLP", arXiv 2510.01796. */
import { inputProjections } from '../arch.js';
import type { Family } from '../family.js';
import { layersFrom } from '../layers.js';

/** z + relu(norm(z) W1) W2, with batch normalisation without gain and bias. A block has 2 C h parameters. */
export const residual: Family = {
  name: 'residual',
  about: 'z + relu(norm(z) W1) W2, batch normalisation; arXiv 2510.01796',
  shallowest: 1,
  inputProjections,
  program(arch, dimensions) {
    const layers = layersFrom(dimensions.input);
    let skip = layers.inputProjection(arch);
    for (let block = 0; block < arch.depth; block += 1) {
      const normalised = layers.batchNormalisation(skip);
      const preactivation = layers.product(`block${block}.w1`, normalised, arch.bottleneckWidth);
      const hidden = layers.elementwise('relu', preactivation);
      skip = layers.product(`block${block}.w2`, hidden, skip.width, { skip });
    }
    return layers.finish(arch, skip, dimensions);
  },
};
