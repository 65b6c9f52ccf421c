/** What becomes of the networks of a pack whose runs have patience: each is measured as it was after its best epoch. */
import { firstItem } from '../base/items.js';
import { bestEpochOf, endOf } from '../run/patience.js';
import type { Network } from './network.js';
import { isGoing, isSound, type Course, type PackProgress } from './progress.js';

interface Trained {
  readonly network: Network;
  readonly progress: PackProgress;
}

/**
 * Keeps what the networks have learnt whose epoch was their best so far, and sets those aside whose runs have come to
 * their end. To be called after every epoch; does nothing without patience.
 */
export async function keepBest({ network, progress: { pack } }: Trained): Promise<void> {
  if (!havePatience(pack)) return;
  const isBest = (course: Course) => isGoing(course) && bestEpochOf(course.curve) === course.curve.length;
  if (pack.some(isBest)) {
    const states = await network.state();
    for (const [place, course] of pack.entries()) {
      const state = states[place];
      if (state === undefined || !isBest(course)) continue;
      course.best = { weights: state.weights, running: state.running };
    }
  }
  setAside(pack);
}

/** Sets the runs aside that have come to their end; without patience all of a pack end together, and none is set aside. */
export function setAside(pack: readonly Course[]): void {
  if (!havePatience(pack)) return;
  for (const course of pack) course.isSetAside = endOf(course.curve, course.spec.recipe) !== null;
}

/**
 * Takes the networks back to their best epochs, to be measured there. To be called once no run of the pack goes on; does
 * nothing without patience.
 */
export async function returnToBest({ network, progress: { pack, epoch } }: Trained): Promise<void> {
  if (!havePatience(pack)) return;
  const sound = pack.filter(isSound);
  if (sound.some(({ curve }) => bestEpochOf(curve) !== epoch)) {
    const states = await network.state();
    await network.restore(
      states.map((state, place) => {
        const course = pack[place];
        return course === undefined || !isSound(course) ? state : { ...state, ...course.best };
      }),
    );
  }
  for (const course of sound) course.isSetAside = false;
}

function havePatience(pack: readonly Course[]): boolean {
  return firstItem(pack).spec.recipe.patience !== undefined;
}
