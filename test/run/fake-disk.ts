import type { LogFile, LogFiles } from '../../src/run/log.js';

export interface FakeDisk extends LogFiles {
  text(): string;
  syncedText(): string;
  syncs(): number;
  failAfterWrites(count: number, code: string): void;
}

/** One file in memory, on a disk that can refuse and cut short. */
export function fakeDisk({ longestWrite = Infinity }: { longestWrite?: number }): FakeDisk {
  let bytes = Buffer.alloc(0);
  let synced = Buffer.alloc(0);
  let syncs = 0;
  let writesLeft = Infinity;
  let refusal = '';
  const file: LogFile = {
    write(part, position) {
      if (writesLeft <= 0) return Promise.reject(Object.assign(new Error(refusal), { code: refusal }));
      writesLeft -= 1;
      const written = part.subarray(0, longestWrite);
      bytes = Buffer.concat([bytes.subarray(0, position), written]);
      return Promise.resolve(written.length);
    },
    sync() {
      syncs += 1;
      synced = Buffer.from(bytes);
      return Promise.resolve();
    },
    truncate(length) {
      bytes = bytes.subarray(0, length);
      return Promise.resolve();
    },
    isInPlace: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
  return {
    create: () => Promise.resolve(file),
    syncFolder: () => Promise.resolve(),
    text: () => bytes.toString(),
    syncedText: () => synced.toString(),
    syncs: () => syncs,
    failAfterWrites(count, code) {
      writesLeft = count;
      refusal = code;
    },
  };
}

/** One file in memory, of a process that dies before a call of its choice. */
export function dyingDisk(callsUntilDeath: number) {
  let calls = 0;
  let bytes = Buffer.alloc(0);
  let synced = 0;
  const call = <T>(does: () => T): Promise<T> => {
    calls += 1;
    return calls > callsUntilDeath ? Promise.reject(new Error('dead')) : Promise.resolve(does());
  };
  const file: LogFile = {
    write: (part, position) =>
      call(() => {
        const written = part.subarray(0, 300);
        bytes = Buffer.concat([bytes.subarray(0, position), written]);
        return written.length;
      }),
    sync: () =>
      call(() => {
        synced = bytes.length;
      }),
    truncate: (length) =>
      call(() => {
        bytes = bytes.subarray(0, length);
      }),
    isInPlace: () => Promise.resolve(true),
    close: () => call(() => undefined),
  };
  const survivors: Record<string, () => Buffer> = {
    'all that was written survives': () => bytes,
    'only what was synced survives': () => bytes.subarray(0, synced),
    'half of the rest survives': () => bytes.subarray(0, Math.ceil((synced + bytes.length) / 2)),
  };
  return { create: () => call(() => file), syncFolder: () => call(() => undefined), survivors };
}
