/** What the rounds of a plan come to. */
import { partOf } from '../../search/pending.js';
import type { Plan } from './plan.js';

/** Gives all that the rounds come to, as far as the runs decide them; what is trained in parts, repeatedly. */
export function specsOfRounds(next: Plan['next']): Plan['specs'] {
  return function* (runs = new Map()) {
    for (const round of next(runs)) {
      for (const planned of round) {
        // What follows depends on a part that has not been trained.
        if (planned === 'wait') return;
        yield partOf(planned).spec;
      }
    }
  };
}
