/**
 * The only place that asks what time it is. The time of day may be set back and forth while we run, so no duration and no
 * deadline comes from it.
 */

/** Where Node's clock counts the time asleep: `mach_continuous_time`, `QueryPerformanceCounter`. Linux's stands still. */
const countsSleep = process.platform === 'darwin' || process.platform === 'win32';
const awakeMs = countsSleep ? withoutSleep(performanceMs, processorMs) : performanceMs;
const lookEveryMs = 1000;
if (countsSleep) setInterval(awakeMs, lookEveryMs).unref();

/** Tells the time; it is an object, so that tests can put another clock in its place. */
export const clock = {
  /** Milliseconds since some moment, which nobody sets and in which the machine was awake: for durations and deadlines. */
  monotonicMs: awakeMs,
  /** What the machine takes for the time of day: for what people read. */
  timeOfDay: (): Date => new Date(),
};

function performanceMs(): number {
  return performance.now();
}

/** Milliseconds of processors that this process has used. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A process that is busy for so long without a look has used a processor meanwhile; one that slept has not. */
const leastSleepMs = 30_000;
const mostUsedAsleep = 0.01;

/**
 * Makes a clock that does not count the time that the machine slept: where nobody has looked for long, although the
 * process would have, and it has used next to no processor. To be looked at often.
 */
export function withoutSleep(nowMs: () => number, usedMs: () => number): () => number {
  let last = { nowMs: nowMs(), usedMs: usedMs() };
  let asleepMs = 0;
  return () => {
    const look = { nowMs: nowMs(), usedMs: usedMs() };
    const gapMs = look.nowMs - last.nowMs;
    if (gapMs >= leastSleepMs && look.usedMs - last.usedMs < mostUsedAsleep * gapMs) asleepMs += gapMs;
    last = look;
    return look.nowMs - asleepMs;
  };
}
