/** The residual multilayer perceptron of "Rethinking the shape convention of an MLP", arXiv 2510.01796. */
import { inputProjections } from '../arch.js';
import { activations, dropoutRate, oneOfWords, type Activation, type Family } from '../family.js';
import { layersFrom, type Normalisation } from '../layers.js';

type Setting = 'normalisation' | 'activation' | 'bias' | 'dropout';

/**
 * z + relu(norm(z) W1) W2, with batch normalisation without gain and bias. A block has 2 C h parameters. By its settings it
 * normalises in another way or not at all, never with gain and bias, takes another activation, has dropout behind that, and
 * biases in all linear layers but an input projection that is fixed or starts as the identity.
 */
export const residual: Family<Setting> = {
  name: 'residual',
  settings: {
    normalisation: oneOfWords('batch', 'layer', 'root-mean-square', 'none'),
    activation: oneOfWords(...activations),
    bias: oneOfWords('no', 'yes'),
    dropout: dropoutRate,
  },
  shallowest: 1,
  inputProjections,
  program(arch, dimensions, settings) {
    const bias = settings.bias === 'yes';
    const layers = layersFrom(dimensions.input);
    let skip = layers.inputProjection(arch, { bias });
    for (let block = 0; block < arch.depth; block += 1) {
      const name = `block${block}`;
      const normalised = layers.normalise(settings.normalisation as Normalisation, skip);
      const product = layers.product(`${name}.w1`, normalised, arch.bottleneckWidth);
      const preactivation = bias ? layers.bias(`${name}.b1`, product, normalised.width) : product;
      const hidden = layers.elementwise(settings.activation as Activation, preactivation);
      const kept = layers.dropout(Number(settings.dropout), hidden);
      const written = layers.product(`${name}.w2`, kept, skip.width, { skip });
      skip = bias ? layers.bias(`${name}.b2`, written, kept.width) : written;
    }
    return layers.finish(arch, skip, dimensions, { bias });
  },
};
