import { engineRow } from '../../../src/engine/engines.js';
import { conformanceOf } from './suite.js';

await conformanceOf(engineRow('tfjs-tensorflow-gpu'));
