import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noRedis, startRedis, type TestRedis, type TestRedisOptions } from '../execute/redis.js';
import '../report/undrawn.js';
import { recordsOf } from './records.js';
import { callHgmlp, fewDigits, startHgmlp, type Started } from './run-hgmlp.js';

const study = ['search', '--budget', '10k..20k', '--candidates', '2', '--epochs', '1'];
/** Seven runs in four rounds; the last two are chosen by results. On digits, as a fleet takes no pictures of a folder. */
const adaptive = [
  ...['search', '--strategy', 'model', '--look-every', '2', '--task', 'mnist/generative-classification'],
  ...['--shapes', 'hourglass', '--budget', '4k..12k', '--candidates', '7', '--learning-rates', '1e-3,1e-2'],
  ...['--epochs', '1', '--batch-size', '512'],
];
const secret = 's3cret-w0rd';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
const read = (...names: string[]) => readFileSync(at(...names), 'utf8');
const loggedKeys = (name: string) => recordsOf(at(name)).map(({ key }) => key);

/** But for what a log and the name of a study among others say. */
function expectSameFiles(name: string, expected: string): void {
  for (const file of ['runs.csv', 'frontier.csv', 'config.yaml']) expect(read(name, file)).toBe(read(expected, file));
}

const servers: TestRedis[] = [];
const started: Started[] = [];

async function redisWith(options?: TestRedisOptions): Promise<TestRedis> {
  const server = await startRedis(options);
  servers.push(server);
  return server;
}

function start(args: readonly string[], env: Record<string, string>): Started {
  const program = startHgmlp(args, { cwd: folder, env: { ...fewDigits, ...env } });
  started.push(program);
  return program;
}

/** In this process; the workers that it starts train on few digits as well. */
function call(args: readonly string[], env: Record<string, string> = {}, onStderr?: (soFar: string) => void) {
  return callHgmlp(args, { cwd: folder, env: { ...fewDigits, ...env }, ...(onStderr && { onStderr }) });
}

const worker = (url: string, ...words: string[]) =>
  start(['worker', '--workers', '1', '--log-level', 'debug', ...words], { HGMLP_QUEUE: url });
const taken = (program: Started) => program.shown('"msg":"taken"');

describe.skipIf(noRedis !== null)(`a fleet on Redis${noRedis === null ? '' : ` (skipped: ${noRedis})`}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-fleet-'));
    expect((await call([...study, '--workers', '1', '--out', 'local'])).code).toBe(0);
  });
  afterEach(async () => {
    for (const { child, ended } of started.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
      await ended;
    }
    for (const server of servers.splice(0)) await server.stop();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('does every run once, and leaves the files of one machine, though a worker is killed, one falls silent and Redis restarts', async () => {
    const redis = await redisWith({ password: secret });
    const url = redis.url;
    const [killed, silent, steady] = [0, 1, 2].map(() => worker(url, '--lease', '3s')) as [Started, Started, Started];
    const search = start([...study, '--out', 'fleet'], { HGMLP_QUEUE: url });
    await Promise.all([killed, silent, steady].map(taken));
    process.kill(silent.child.pid!, 'SIGSTOP');
    process.kill(killed.child.pid!, 'SIGKILL');
    await search.shown('1/4 runs');
    await redis.restart(500);
    await search.shown('2/4 runs');
    process.kill(silent.child.pid!, 'SIGCONT');
    const { code, stderr } = await search.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/cannot be reached \(.*\)/);
    expect(stderr).toMatch(/is back/);

    const keys = loggedKeys('fleet');
    expect(keys.length).toBe(4);
    expect(new Set(keys).size).toBe(4);
    expect(readdirSync(at('fleet', 'samples')).length).toBe(4);
    expectSameFiles('fleet', 'local');

    steady.child.kill('SIGTERM');
    const ended = await steady.ended;
    expect(ended.code).toBe(0);
    expect(stderr + ended.stderr + read('fleet', 'config.yaml')).not.toContain(secret);
    expect(await redis.client.keys('*:result:*')).toEqual([]);
  });

  test('of two workers leaves the files of one machine with one, where what comes next is chosen by results', async () => {
    const { url } = await redisWith();
    const workers = [worker(url), worker(url)];
    await Promise.all(workers.map((program) => program.shown('listening at')));
    expect((await call([...adaptive, '--out', 'chosen'], { HGMLP_QUEUE: url })).code).toBe(0);
    expect((await call([...adaptive, '--workers', '1', '--out', 'chosen-local'])).code).toBe(0);
    for (const { child, ended } of workers) {
      child.kill('SIGTERM');
      expect((await ended).stderr).toMatch(/^stopped: [1-6] runs? done$/m);
    }
    expect(loggedKeys('chosen').length).toBe(7);
    expectSameFiles('chosen', 'chosen-local');
  });

  test('gives back what a worker trains when it gets SIGTERM, with exit code 75, and another trains it', async () => {
    const { url } = await redisWith();
    const leaving = worker(url);
    const long = [...study, '--candidates', '1', '--epochs', '10', '--out', 'drained'];
    const search = call(long, { HGMLP_QUEUE: url });
    await taken(leaving);
    leaving.child.kill('SIGTERM');
    const { code, stderr } = await leaving.ended;
    expect(code).toBe(75);
    expect(stderr).toContain('stopped: 0 runs done, 1 given back');
    const last = worker(url, '--max-runs', '2');
    expect((await search).code).toBe(0);
    expect(await last.ended).toMatchObject({ code: 0 });
    expect(loggedKeys('drained').length).toBe(2);
  });

  test('that stops says how to go on, without the password of the command that was typed', async () => {
    const { url } = await redisWith({ password: secret });
    const search = start([...study, '--queue', url, '--out', 'stopped', '--log-level', 'debug'], {});
    await search.shown('no worker of hgmlp');
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${search.child.pid}/cmdline`, 'utf8')).not.toContain(secret);
    }
    search.child.kill('SIGTERM');
    const { code, stdout, stderr } = await search.ended;
    expect(code).toBe(75);
    expect(stderr).toMatch(
      /Resume with \(and the address of the queue in HGMLP_QUEUE\):\n {2}hgmlp search --budget .* --out stopped/,
    );
    expect(stdout + stderr).not.toContain(secret);
  });

  test('counts for --max-time what a worker trains, and not how long none is there', async () => {
    const { url } = await redisWith();
    const long = [...study, '--epochs', '9999', '--candidates', '1', '--out', 'limited', '--max-time', '1s'];
    let begun: Promise<void> | undefined;
    let isTaken = false;
    const trainLater = async () => {
      await setTimeout(2_500);
      await taken(worker(url));
      isTaken = true;
    };
    const { code, stderr } = await call(long, { HGMLP_QUEUE: url }, (soFar) => {
      if (soFar.includes('no worker of hgmlp')) begun ??= trainLater();
    });
    expect(isTaken).toBe(true);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^--max-time 1s has ended the search with 2 of 2 runs/m)]);
  });

  test.each([
    ['a wrong password', 2, /refuses the user or the password \(.*WRONGPASS/],
    ['no password', 2, /refuses the user or the password \(NOAUTH/],
    ['nobody there', 75, /expected a Redis, got: connect ECONNREFUSED/],
    ['no address', 2, /--queue \(HGMLP_QUEUE\): expected redis:/],
  ])('says in one line that it got %s', async (what, exitCode, words) => {
    const { port } = await redisWith({ password: secret });
    const urls: Record<string, string> = {
      'a wrong password': `redis://:not-${secret}@127.0.0.1:${port}`,
      'no password': `redis://127.0.0.1:${port}`,
      'nobody there': `redis://:${secret}@127.0.0.1:1`,
      'no address': `http://:${secret}@127.0.0.1`,
    };
    // One of them shows how a process ends, and what its libraries write.
    const args = ['worker', '--queue', urls[what]!];
    const isProcess = what === 'a wrong password';
    const { code, stderr } = isProcess ? await start(args, { DEBUG: 'ioredis:*' }).ended : await callHgmlp(args);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(words);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(stderr).not.toContain(secret);
  });

  test('speaks TLS, with an authority that NODE_EXTRA_CA_CERTS names and no other', async () => {
    const tls = certificate();
    const { url } = await redisWith({ password: secret, tls });
    const refused = await call(['worker', '--idle-exit', '1s'], { HGMLP_QUEUE: url });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/expected a certificate that can be trusted, got: self.signed certificate/);
    const trusting = { HGMLP_QUEUE: url, NODE_EXTRA_CA_CERTS: tls.certificate };
    const { code, stderr } = await start(['worker', '--idle-exit', '1s'], trusting).ended;
    expect(stderr).toContain('nothing to do: 0 runs done');
    expect(code).toBe(0);
  });

  test('refuses pictures of a folder, and options that belong to its workers', async () => {
    const { code, stderr } = await callHgmlp([...study, '--queue', 'redis://127.0.0.1:1', '--workers', '2']);
    expect(code).toBe(2);
    expect(stderr).toContain('--workers: expected no such option beside --queue');
  });
});

function certificate() {
  const files = { certificate: at('redis.crt'), key: at('redis.key') };
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...words, ...names, '-out', files.certificate, '-keyout', files.key], { stdio: 'ignore' });
  return files;
}
