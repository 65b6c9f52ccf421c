/** `hgmlp doctor`: what this machine has, which engines work on it, and which one would be chosen. */
import type { CommandRow } from '../command-row.js';

/** Ends with exit code 4 where no engine works, or not the one that was asked for. */
export const doctor: CommandRow = {
  name: 'doctor',
  summary: 'say what this machine has and prove which engines work on it',
  about:
    'Says what this machine has and which engines work on it. Each is tested: it trains a small network for which ' +
    "PyTorch's numbers are known. The exit code is 4 where what was asked for does not work.",
  examples: ['hgmlp doctor', 'hgmlp doctor --engine onnx-cuda'],
  action: async (context) => (await import('../doctor.js')).examineMachine(context),
};
