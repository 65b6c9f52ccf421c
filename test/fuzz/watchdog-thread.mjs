// Watches the thread that feeds inputs, from a thread of its own, since one that hangs can tell nothing any more.
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const { counter, text, processorMs, wallMs } = workerData;
const progress = new Int32Array(counter);
const bytes = new Uint8Array(text);

let seen = -1;
let since = now();

// Odd while an input is fed. Processor time counts, so that a busy machine makes no hang; the wall's, where it only waits.
setInterval(
  () => {
    const [inputs, length] = progress;
    if (inputs !== seen || inputs % 2 === 0) {
      seen = inputs;
      since = now();
      return;
    }
    const spent = now();
    if (spent.processorMs - since.processorMs < processorMs && spent.wallMs - since.wallMs < wallMs) return;
    const input = Buffer.from(bytes.slice(0, length)).toString();
    writeSync(2, `\nan input hangs, and its process is ended:\n${input}\n`);
    process.kill(process.pid, 'SIGKILL');
  },
  Math.min(500, processorMs / 2),
);

function now() {
  const { user, system } = process.cpuUsage();
  return { processorMs: (user + system) / 1000, wallMs: performance.now() };
}
