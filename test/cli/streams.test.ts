/** Real processes whose standard streams are closed, full, or read by nobody any more. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { callHgmlp, environment, program } from './run-hgmlp.js';
import { recordsOf } from './records.js';

const study = ['search', '--name', 'tiny', ...smallTaskOptions, '--budget', '5k..10k', '--candidates', '1'];
const search = [...study, '--epochs', '40', '--batch-size', '24', '--workers', '1', '--log-level', 'debug'];
/** Long enough to be met in training. */
const longSearch = [...study, '--epochs', '400', '--batch-size', '24', '--workers', '1', '--log-level', 'debug'];

const columns = 'task,skip_width,bottleneck_width,depth,learning_rate,replicate,validation_psnr_db,test_psnr_db';
/** Runs to be imported, of two hourglass and two conventional networks. */
function csvOf(psnrsDb: readonly number[]): string {
  const lines = ['80,20,1', '160,40,1', '20,80,2', '40,160,2'].flatMap((arch) =>
    psnrsDb.map((psnrDb, replicate) => `mnist/denoising,${arch},0.001,${replicate},${psnrDb},${psnrDb}`),
  );
  return [columns, ...lines, ''].join('\n');
}

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
const contents = (name: string) => ['runs.csv', 'frontier.csv'].map((file) => readFileSync(at(name, file), 'utf8'));

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-streams-'));
  await writePictures(root);
  const sides = { baseline: [24, 24.01, 23.99], lower: [23, 23.01, 22.99] };
  for (const [name, psnrsDb] of Object.entries(sides)) {
    writeFileSync(at(`${name}.csv`), csvOf(psnrsDb));
    expect((await callHgmlp(['import', `${name}.csv`, '--out', name], { cwd: root })).code).toBe(0);
  }
  expect((await callHgmlp([...search, '--out', 'whole'], { cwd: root })).code).toBe(0);
});
afterAll(() => rmSync(root, { recursive: true }));

/** What a script ends with in which `hgmlp` is the real program, and what it has written. */
async function inBash(script: string, onOutput: (soFar: string) => void = () => undefined) {
  const define = `set -o pipefail; hgmlp() { "$NODE" "$PROGRAM" "$@"; }; `;
  const env = environment({ NODE: process.execPath, PROGRAM: program });
  const child = spawn('bash', ['-c', define + script], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (data: Buffer) => {
      written[stream] += data.toString();
      onOutput(written[stream]);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...written };
}

const check = (folder: string) => `hgmlp frontier check ${folder} --baseline baseline`;

// Windows has no bash, and its pipes break otherwise.
describe.skipIf(process.platform === 'win32')('results behind a pipe', () => {
  test.each([
    [4, check('lower')],
    [0, 'hgmlp --help'],
  ])('of which one line or nothing is read leave the exit code %d, and nothing is said: %s', async (code, command) => {
    for (const reader of code === 4 ? ['true', '(sleep 1; head -c 1)'] : ['true']) {
      const { code: got, stderr } = await inBash(`${command} | ${reader} > /dev/null; exit \${PIPESTATUS[0]}`);
      expect([reader, got, stderr]).toEqual([reader, code, '']);
    }
  });

  test.each([
    [4, check('lower')],
    [2, `${check('missing')} 2>/dev/null`],
  ])('where that has been closed leave the exit code %d: %s', async (code, command) => {
    expect(await inBash(`${command} >&-`)).toEqual({ code, stdout: '', stderr: '' });
  });
});

describe.skipIf(!existsSync('/dev/full'))('results that cannot be written', () => {
  const full =
    'hgmlp: cannot write to standard output: the disk is full; free some space and run the same command again';

  test('are told in one line, and no command ends with success then', async () => {
    const { code, stderr } = await inBash('hgmlp --help > /dev/full');
    expect([code, stderr]).toEqual([75, `${full}, nothing finished is lost\n`]);
  });

  test('leave the exit code of a gate that was not met', async () => {
    const { code, stderr } = await inBash(`${check('lower')} > /dev/full`);
    expect([code, stderr]).toEqual([4, `${full}, nothing finished is lost\n`]);
  });

  test('as a whole are told too, though the system takes their start', async () => {
    const { code, stderr } = await inBash('ulimit -f 1; hgmlp frontier show baseline --json > cut.json');
    expect([code, stderr]).toEqual([
      75,
      expect.stringMatching(/^hgmlp: cannot write to standard output: the file .*\n$/),
    ]);
    expect(readFileSync(at('cut.json')).length).toBe(1024);
  });

  test('are an error of usage where the stream is not open for writing', async () => {
    const { code, stderr } = await inBash('hgmlp --version 1< baseline.csv');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^hgmlp: cannot write to standard output: EBADF.*\n$/)]);
  });
});

const brokenMessages = [
  ['closed', (command: string) => `${command} 2>&-`],
  ['read by nobody', (command: string) => `${command} 2>&1 >/dev/null | true; exit \${PIPESTATUS[0]}`],
] as const;

describe.skipIf(!existsSync('/dev/full')).each(brokenMessages)('where standard error is %s', (name, broken) => {
  test('a search trains on, and ends as it would', async () => {
    const out = `error-${name.replaceAll(' ', '-')}`;
    expect((await inBash(broken(`hgmlp ${search.join(' ')} --out ${out}`))).code).toBe(0);
    expect(contents(out)).toEqual(contents('whole'));
    expect(recordsOf(at(out)).map(({ state }) => state)).toEqual(['finished', 'finished']);
  });
});

describe.skipIf(!existsSync('/dev/full'))('where standard error is full', () => {
  test('training and errors end with their own codes', async () => {
    const network = ['--skip', '16', '--bottleneck', '4', '--depth', '1', '--epochs', '3', '--batch-size', '24'];
    const command = ['train', ...smallTaskOptions, ...network, '--log-level', 'debug'].join(' ');
    expect((await inBash(`hgmlp ${command} 2>/dev/full`)).code).toBe(0);
    expect((await inBash(`${check('missing')} 2>/dev/full`)).code).toBe(2);
    expect((await inBash('hgmlp --no-such-option 2>/dev/full')).code).toBe(2);
  });
});

// `script` has other options elsewhere.
describe.skipIf(process.platform !== 'linux' || !existsSync('/usr/bin/script'))('where the terminal hangs up', () => {
  /**
   * The exit code of a search in a terminal that goes away while it trains, which a shell around it tells.
   * @param before what that shell does before
   */
  async function hungUp(out: string, before: string, command: readonly string[]): Promise<string> {
    const search = `"$NODE" "$PROGRAM" ${command.join(' ')} --out ${out}`;
    const tell = `while kill -0 $search; do wait $search; code=$?; done; echo $code > ${out}.tmp; mv ${out}.tmp ${out}.code`;
    writeFileSync(at(`${out}.sh`), `${before}; exec 3<&0; ${search} <&3 & search=$!; ${tell}`);
    const env = environment({ NODE: process.execPath, PROGRAM: program, TERM: 'xterm' });
    // The leader of the terminal's session has to be the shell that traps: were it another, its end would hang up on all.
    const words = ['-qfec', `exec sh ${out}.sh`, '/dev/null'];
    const terminal = spawn('script', words, { cwd: root, env, stdio: ['pipe', 'pipe', 'ignore'] });
    let shown = '';
    terminal.stdout.on('data', (data: Buffer) => {
      shown += data.toString();
      if (shown.includes('"again":false')) terminal.kill('SIGKILL');
    });
    await new Promise((resolve) => terminal.on('close', resolve));
    expect(shown).toContain('"again":false');
    while (!existsSync(at(`${out}.code`))) await new Promise((resolve) => setTimeout(resolve, 50));
    return readFileSync(at(`${out}.code`), 'utf8').trim();
  }

  test('a search saves and ends with 75, as by SIGTERM, and goes on from there', async () => {
    expect(await hungUp('hung-up', `trap 'kill -HUP $search' HUP`, longSearch)).toBe('75');
    const { code, stderr } = await callHgmlp([...longSearch, '--out', 'hung-up'], { cwd: root });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^\w+ .* goes on from epoch \d+ of 400/m);
  });

  test('without an answer to a question, nothing is thrown away', async () => {
    const words = ['-qec', `"$NODE" "$PROGRAM" ${search.join(' ')} --out whole --fresh`, '/dev/null'];
    for (const endOfInput of ['\u0003', '\u0004']) {
      const env = environment({ NODE: process.execPath, PROGRAM: program, TERM: 'xterm' });
      const terminal = spawn('script', words, { cwd: root, env, stdio: ['pipe', 'pipe', 'ignore'] });
      let shown = '';
      terminal.stdout.on('data', (data: Buffer) => {
        if (!shown.includes('[y/N]') && (shown += data.toString()).includes('[y/N]')) terminal.stdin.write(endOfInput);
      });
      expect(await new Promise((resolve) => terminal.on('close', resolve))).toBe(2);
      expect(recordsOf(at('whole'))).toHaveLength(2);
    }
  });

  test('and nobody says so, a search trains on, and ends as it would', async () => {
    expect(await hungUp('outlives', 'trap : HUP', search)).toBe('0');
    expect(contents('outlives')).toEqual(contents('whole'));
  });
});

// Windows has no SIGHUP that one process sends to another.
describe.skipIf(process.platform === 'win32')('a search that is to outlive its terminal', () => {
  test.skipIf(process.platform !== 'linux')(
    'is told by what nohup, or a shell that ignores SIGHUP, leaves',
    async () => {
      const module = new URL('../../dist/cli/terminal/hang-up.js', import.meta.url).href;
      const ask = `import('${module}').then(({ outlivesTerminal }) => console.error(String(outlivesTerminal())))`;
      const answerOf = async (before: string, after: string) =>
        (await inBash(`${before} "$NODE" -e "${ask}" ${after}; true`)).stderr.trim();
      expect(await answerOf('', '')).toBe('false');
      expect(await answerOf('nohup', '')).toBe('true');
      expect(await answerOf(`trap '' HUP;`, '')).toBe('true');
      // Of a nohup that a shell starts without saying so.
      expect(await answerOf('', '0>/dev/null')).toBe('true');
      expect(await answerOf('', '>nohup.out')).toBe('true');
    },
  );

  // Of the shell's own process, what it ignores is seen on Linux alone.
  test.skipIf(process.platform !== 'linux')('does not end by SIGHUP, as under nohup', async () => {
    const out = 'under-nohup';
    let sent = false;
    const command = `nohup "$NODE" "$PROGRAM" ${search.join(' ')} --out ${out} & echo "pid=$!"; wait $!`;
    const { code, stdout } = await inBash(`(${command}) 2>&1`, (soFar) => {
      if (sent || !soFar.includes('"again":false')) return;
      sent = true;
      process.kill(Number(/^pid=(\d+)$/m.exec(soFar)![1]), 'SIGHUP');
    });
    expect([sent, code]).toEqual([true, 0]);
    expect(stdout).not.toContain('Stopping');
    expect(contents(out)).toEqual(contents('whole'));
  });
});
