/** A registry of npm on this machine with one package in it, made of files given. */
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { NpmPackage } from '../../src/data/npm-package.js';
import type { NpmSettings } from '../../src/data/npm-settings.js';

export interface LocalRegistry {
  readonly package: NpmPackage;
  /** Without a second try, which would take seconds. */
  readonly settings: NpmSettings;
  /** How often the tarball was asked for. */
  downloads(): number;
  close(): Promise<void>;
}

type Send = (response: ServerResponse, tarball: Uint8Array) => void;

/**
 * @param send how the tarball is answered; the whole of it where this is not given
 * @param announced the hash that the registry says the tarball has; the true one where this is not given
 */
export async function openRegistry(
  name: string,
  version: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  send: Send = (response, tarball) => void response.end(tarball),
  announced?: string,
): Promise<LocalRegistry> {
  const tarball = gzipSync(tarOf({ 'package.json': JSON.stringify({ name, version }), ...files }));
  const integrity = announced ?? `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  let downloads = 0;
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    if (request.url === `/${name}`) {
      const dist = { tarball: `http://127.0.0.1:${port}/${name}.tgz`, integrity };
      const versions = { [version]: { name, version, dist } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }));
    } else if (request.url === `/${name}.tgz`) {
      downloads += 1;
      send(response, tarball);
    } else {
      response.statusCode = 404;
      response.end('{"error":"not found"}');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    package: { name, version, integrity, bytes: tarball.length },
    settings: { registry: `http://127.0.0.1:${port}/`, options: { fetchRetries: 0 } },
    downloads: () => downloads,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

const blockBytes = 512;

/** Source of the format: POSIX.1-1988, ustar. */
function tarOf(files: Readonly<Record<string, Uint8Array | string>>): Uint8Array {
  const parts = Object.entries(files).flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    return [headerOf(`package/${name}`, bytes.length), bytes, Buffer.alloc(-bytes.length & (blockBytes - 1))];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

function headerOf(name: string, size: number): Uint8Array {
  const header = Buffer.alloc(blockBytes);
  header.write(name);
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
