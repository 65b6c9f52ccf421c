/** A frontier as a JSON document for other programs. */
import type { Frontier } from '../frontier/trace.js';

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const schemaVersion = 2;

/** Gives a frontier, and the version of the form that it has. */
export interface FrontierDocument extends Frontier {
  readonly schemaVersion: number;
}

/** Gives plain data, ready for `JSON.stringify`; a missing number is null. */
export function frontierDocument(frontier: Frontier): FrontierDocument {
  return { schemaVersion, ...frontier };
}
