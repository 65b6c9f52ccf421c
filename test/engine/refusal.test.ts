import { expect, test } from 'vitest';
import { programOf } from '../../src/arch/families.js';
import { refuseUnshown } from '../../src/engine/refusal.js';
import { everyLoss, withDropout } from './conformance/every-operation.js';

test('every engine takes the residual network', () => {
  const projections = { inputProjection: 'trainable', outputProjection: 'trainable' } as const;
  const program = programOf({ skipWidth: 3, bottleneckWidth: 2, depth: 1, ...projections }, { input: 2, output: 2 });
  expect(() => refuseUnshown('onnx-dml', program)).not.toThrow();
});

test('an engine refuses operations and losses that it has not been tested on, by their names', () => {
  expect(() => refuseUnshown('onnx-dml', withDropout.program)).toThrow(
    'engine onnx-dml: expected a network of operations that it has been tested on, got one with dropout, tanh; ' +
      'use --engine onnx-cpu',
  );
  expect(() => refuseUnshown('onnx-dml', everyLoss[1]!.program)).toThrow('loss softmax cross entropy; use');
});
