/** Who trains the runs of a plan: worker processes of this machine. */
import { openPool } from '../execute/pool.js';
import { workforceText, type Workforce } from '../execute/workforce.js';
import type { Run } from '../run/run.js';
import type { Train } from '../search/search.js';
import type { CommandContext } from './context.js';

export interface Crew {
  /** For the first line that is said: `4 workers`. */
  readonly text: string;
  readonly train: Train;
  /** Trainings in flight at a time. */
  readonly concurrency: number;
  /** The most runs of one training. */
  readonly packSize: number;
  /** To be told once a run is on the disk: whoever kept it until then may forget it. */
  recorded(run: Run): void;
  /** Gives up what is in flight, and resolves once nothing is left of it. */
  close(): Promise<void>;
}

export interface CrewSetting {
  /** Of results. */
  readonly folder: string;
  readonly workforce: Workforce;
  readonly context: CommandContext;
}

export function openCrew(setting: CrewSetting): Promise<Crew> {
  return Promise.resolve(localCrew(setting));
}

function localCrew({ workforce, context }: CrewSetting): Crew {
  const { workers, packSize } = workforce;
  const { dataFolder } = context.values;
  const environments = workers.map(({ environment }) => environment);
  const pool = openPool({ environments, ...(dataFolder !== null && { dataFolder }) });
  return {
    text: workforceText(workforce),
    train: pool.train,
    concurrency: workers.length,
    packSize,
    recorded: () => undefined,
    close: pool.close,
  };
}
