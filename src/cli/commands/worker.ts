/** `hgmlp worker`: trains for the searches of a fleet until it is told to end. */
import { exitCodes } from '../../base/errors.js';
import type { CommandRow } from '../command-row.js';

/** Ends with exit code 75 where it has given trainings back, which other workers take. */
export const worker: CommandRow = {
  name: 'worker',
  summary: 'train for the searches of a fleet',
  about: 'Trains for the searches of a fleet; see fleet.md.',
  examples: [
    'hgmlp worker --queue redis://queue.example',
    'HGMLP_QUEUE=rediss://:secret@queue.example hgmlp worker --device cuda --idle-exit 10m',
  ],
  async action(context) {
    const [{ serveFleet }, { lineWriter, renderFarewell }, { logWorkerEvent }, { requireQueue }] = await Promise.all([
      import('../../study/fleet-worker.js'),
      import('../text/worker.js'),
      import('../terminal/diagnostics.js'),
      import('../terminal/queue.js'),
    ]);
    const { terminal, logger } = context;
    const lines = lineWriter();
    const farewell = await serveFleet(requireQueue(context), context, {
      onListening: (listening) => logger.info(listening, 'listening'),
      onEvent(event) {
        logWorkerEvent(logger, event);
        for (const line of lines(event)) terminal.say(line);
      },
    });
    terminal.say(renderFarewell(farewell));
    return farewell.givenBack > 0 ? exitCodes.stoppedResumable : exitCodes.done;
  },
};
