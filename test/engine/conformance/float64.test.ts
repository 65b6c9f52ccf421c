import { float64Engine } from '../float64-engine.js';
import { conformanceOf } from './suite.js';

// The judge itself, before PyTorch and central differences.
await conformanceOf({ name: 'float64', device: 'cpu', packs: true, open: () => Promise.resolve(float64Engine) });
