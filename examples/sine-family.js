/**
 * A family of networks with sines: z + sin(w (n W1 + b1)) W2 + b2, where n is z with layer normalisation without gain and bias.
 * Sines as activations: Sitzmann and others, "Implicit neural representations with periodic activation functions",
 * arXiv 2006.09661.
 *
 *   hgmlp search --plugin examples/sine-family.js --family sine --budget 100k
 *   hgmlp search --plugin examples/sine-family.js --family 'sine?frequency=5' --budget 100k
 *
 * @type {import('hgmlp').Plugin}
 */
export default function ({ defineFamily }) {
  defineFamily({
    name: 'sine',
    settings: { frequency: ['1', '2', '5', '10', '30'] },
    program(arch, dimensions, layers, settings) {
      const frequency = Number(settings.frequency);
      let skip = layers.inputProjection(arch, { bias: true });
      for (let block = 0; block < arch.depth; block += 1) {
        const name = `block${block}`;
        const normalised = layers.normalise('layer', skip);
        // The frequency is in how the weights begin: that is where they are trained from.
        const start = { uniformWithin: frequency / Math.sqrt(skip.width) };
        const product = layers.product(`${name}.w1`, normalised, arch.bottleneckWidth, { start });
        const hidden = layers.elementwise('sin', layers.bias(`${name}.b1`, product, skip.width));
        skip = layers.bias(`${name}.b2`, layers.product(`${name}.w2`, hidden, skip.width, { skip }), hidden.width);
      }
      return layers.finish(arch, skip, dimensions, { bias: true });
    },
  });
}
