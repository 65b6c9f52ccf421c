/** What every pack of a test's own networks does alike: it saves and takes back their states, and holds nothing else. */
import type { Program } from '../../src/arch/program.js';
import type { Model, ModelState } from '../../src/engine/engine.js';
import { requireFit } from '../../src/engine/model-state.js';

interface Member {
  state(): ModelState;
  restore(state: ModelState): void;
}

export function membersOf(program: Program, members: readonly Member[]): Pick<Model, 'state' | 'restore' | 'dispose'> {
  return {
    state: () => Promise.resolve(members.map((member) => member.state())),
    async restore(states) {
      requireFit(program, members.length, states);
      states.forEach((state, place) => members[place]!.restore(state));
      return Promise.resolve();
    },
    dispose: () => Promise.resolve(),
  };
}
