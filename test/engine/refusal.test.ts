import { expect, test } from 'vitest';
import { programOf } from '../../src/arch/families.js';
import { refuseUnshown } from '../../src/engine/refusal.js';
import { everyFunction, everyLoss, withDropout } from './conformance/every-operation.js';

test('every engine takes the residual network', () => {
  const projections = { inputProjection: 'trainable', outputProjection: 'trainable' } as const;
  const program = programOf({ skipWidth: 3, bottleneckWidth: 2, depth: 1, ...projections }, { input: 2, output: 2 });
  expect(() => refuseUnshown('onnx-dml', program)).not.toThrow();
});

test('an engine refuses operations and losses that it has not been tested on, by their names', () => {
  expect(() => refuseUnshown('onnx-dml', withDropout.program)).toThrow(
    'engine onnx-dml: expected a network of operations that it has been shown to compute rightly, got one with dropout, ' +
      'tanh; use --engine onnx-cpu',
  );
  expect(() => refuseUnshown('onnx-dml', everyLoss[1]!.program)).toThrow('loss softmax cross entropy; use');
});

test('WebGPU refuses the sine alone, which it need not compute precisely', () => {
  for (const engine of ['onnx-webgpu', 'tfjs-webgpu']) {
    for (const { name, program } of [...everyLoss, ...everyFunction, withDropout]) {
      if (name === 'sin') expect(() => refuseUnshown(engine, program)).toThrow('got one with sin; use');
      else expect(() => refuseUnshown(engine, program)).not.toThrow();
    }
  }
});
