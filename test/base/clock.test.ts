import { describe, expect, test } from 'vitest';
import { withoutSleep } from '../../src/base/clock.js';

describe('a clock that counts the time asleep, less that time', () => {
  function machine() {
    const at = { nowMs: 5000, usedMs: 700 };
    const awakeMs = withoutSleep(
      () => at.nowMs,
      () => at.usedMs,
    );
    /** Milliseconds that pass on the clock, of which the process uses so many of a processor. */
    const pass = (ms: number, usedMs: number) => {
      at.nowMs += ms;
      at.usedMs += usedMs;
      return awakeMs();
    };
    return pass;
  }

  test('goes on with the clock while somebody looks, busy or not', () => {
    const pass = machine();
    expect([pass(1000, 900), pass(1000, 0), pass(20_000, 0)]).toEqual([6000, 7000, 27_000]);
  });

  test('stands still over hours in which the process had nothing of a processor', () => {
    const pass = machine();
    pass(1000, 900);
    expect(pass(8 * 3_600_000, 3)).toBe(6000);
    expect(pass(1000, 900)).toBe(7000);
    expect(pass(3_600_000, 3)).toBe(7000);
  });

  test('counts the minutes in which a process was too busy to look', () => {
    expect(machine()(120_000, 119_000)).toBe(125_000);
  });
});
