/** What may listen where a Redis is expected, and what may be wrong with one. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { exitCodes } from '../../src/base/errors.js';

export interface Stranger {
  readonly url: string;
  stop(): void;
}

/** Something that listens; it does this with each connection. */
export async function listening(greet: (socket: Socket) => unknown): Promise<Stranger> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    greet(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A Redis that says this to INFO, and OK to all else. */
export const answering = (about: string) =>
  listening((socket) =>
    socket.on('data', (data) => {
      const asked = data.toString().match(/^\*\d/gm)!.length;
      const isInfo = /\r\ninfo\r\n/i.test(data.toString());
      socket.write(`${'+OK\r\n'.repeat(asked - (isInfo ? 1 : 0))}${isInfo ? about : ''}`);
    }),
  );

/** The answer to INFO that has these lines. */
export function info(...lines: string[]): string {
  const text = lines.join('\r\n');
  return `$${text.length}\r\n${text}\r\n`;
}

const { usage, stoppedResumable } = exitCodes;
/** What is done to a Redis, what then is said of it, and what puts it right again. */
export const states: readonly [name: string, change: string, words: RegExp, exitCode: number, back: string][] = [
  [
    'is a replica',
    'REPLICAOF 127.0.0.1 1',
    /is a replica, which takes no writes \(READONLY/,
    usage,
    'REPLICAOF NO ONE',
  ],
  [
    'has no memory left',
    'CONFIG SET maxmemory 1',
    /has no memory left \(OOM .*raise its maxmemory/,
    stoppedResumable,
    'CONFIG SET maxmemory 0',
  ],
  [
    'misses its replicas',
    'CONFIG SET min-replicas-to-write 1',
    /misses its replicas \(NOREPLICAS/,
    stoppedResumable,
    'CONFIG SET min-replicas-to-write 0',
  ],
  [
    'denies us a command',
    'ACL SETUSER default -xadd',
    /denies its user a command or a key \(NOPERM .*docs\/fleet\.md/,
    usage,
    'ACL SETUSER default +@all',
  ],
  [
    'denies us to look what it is',
    'ACL SETUSER default -info',
    /denies its user a command or a key \(NOPERM/,
    usage,
    'ACL SETUSER default +@all',
  ],
  [
    'denies us our keys',
    'ACL SETUSER default resetkeys ~other:*',
    /denies its user a command or a key \(NOPERM/,
    usage,
    'ACL SETUSER default ~*',
  ],
  [
    'holds keys of others',
    'SET hgmlp:present theirs',
    /holds keys of somebody else .* \(WRONGTYPE/,
    usage,
    'DEL hgmlp:present',
  ],
  [
    'wants a password',
    'CONFIG SET requirepass else',
    /refuses the user or the password \((NOAUTH|WRONGPASS)/,
    usage,
    'CONFIG SET requirepass',
  ],
];
