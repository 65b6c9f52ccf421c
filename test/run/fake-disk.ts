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
