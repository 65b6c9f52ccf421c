/** Tells each side of a fleet who is on the other, and says so when it changes. */
import { counted } from '../../base/numbers.js';
import type { FleetKind } from './names.js';
import type { Presence, Present, Role } from './presence.js';
import { everySoOften } from './rounds.js';

/** States who calls whom, and who is told of the answer. */
export interface RollCall {
  readonly presence: Presence;
  readonly kind: FleetKind;
  /** The address of the Redis, to be shown. */
  readonly shown: string;
  /** Who is called. */
  readonly role: Role;
  readonly say: (text: string) => void;
  /** How many trainings those of one's own kind do at a time. */
  readonly onSlots?: (slots: number) => void;
  /** False while Redis refuses what it is asked for, so that nobody can write there that he is still there. */
  readonly isCalm: () => boolean;
  readonly pauseMs?: number;
}

/** Looks every so often who is there, and says it where that has changed. */
export function callTheRoll({ pauseMs = 2_000, ...call }: RollCall): { stop(): void } {
  let said = '';
  return everySoOften(pauseMs, async () => {
    const all = (await call.presence.look()).filter(({ role }) => role === call.role);
    if (!call.isCalm()) return;
    const own = all.filter((present) => isOfKind(present, call.kind));
    call.onSlots?.(own.reduce((sum, { slots }) => sum + slots, 0));
    const text = call.role === 'worker' ? workersText(own, all, call) : searchesText(all, call);
    if (text !== said && (text !== '' || said !== '')) call.say(text || said);
    said = text;
  });
}

const isOfKind = ({ version, engine }: FleetKind, kind: FleetKind) =>
  version === kind.version && engine === kind.engine;

const kindText = ({ version, engine }: FleetKind) => `hgmlp ${version} on ${engine}`;

function othersText(all: readonly Present[], kind: FleetKind): string {
  return [...new Set(all.filter((present) => !isOfKind(present, kind)).map(kindText))].slice(0, 5).join(', ');
}

/** What a search says of the workers. */
function workersText(own: readonly Present[], all: readonly Present[], { kind, shown }: RollCall): string {
  const slots = own.reduce((sum, present) => sum + present.slots, 0);
  if (own.length > 0) return `${counted(own.length, 'worker')} with ${counted(slots, 'training')} at a time`;
  const others = othersText(all, kind);
  const there = others === '' ? '' : ` (there are workers of ${others}, which this search does not fit)`;
  return `no worker of ${kindText(kind)} listens at ${shown}${there}; start some with: hgmlp worker --queue <its address> (until then no --max-time passes)`;
}

/** What a worker says of searches that it leaves to others. */
function searchesText(all: readonly Present[], { kind }: RollCall): string {
  const others = othersText(all, kind);
  return others === '' ? '' : `searches of ${others} are left to workers that fit them; this one is ${kindText(kind)}`;
}
