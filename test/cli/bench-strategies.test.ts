import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../report/undrawn.js';
import { callHgmlp } from './run-hgmlp.js';

const golden = fileURLToPath(new URL('../golden/runs.csv', import.meta.url));

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-bench-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Point {
  readonly effortShare: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}
interface Document {
  readonly schemaVersion: number;
  readonly tables: readonly {
    readonly task: string;
    readonly shape: string;
    readonly configurations: number;
    readonly measure: { readonly interval: { readonly highest: number }; readonly referenceScore: number };
    readonly curves: readonly {
      readonly strategy: string;
      readonly points: Record<'configurations' | 'cost', Point[]>;
    }[];
  }[];
}

const bench = async (table: string, ...args: string[]) => {
  const { code, stdout, stderr } = await callHgmlp(['bench', 'strategies', '--table', table, '--json', ...args], {
    cwd: folder,
  });
  expect(stderr).not.toContain('hgmlp:');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Document;
};

const medianAt = ({ tables }: Document, task: string, strategy: string, share: number) =>
  tables
    .find((table) => table.task === task)!
    .curves.find((curve) => curve.strategy === strategy)!
    .points.configurations.find((point) => point.effortShare === share)!.median;

describe('bench strategies on the published runs', () => {
  test('gives random search the shares of the hypervolume that are known of it', async () => {
    const document = await bench(golden, '--shapes', 'hourglass', '--strategies', 'random', '--out', 'random');
    expect(document.schemaVersion).toBe(2);
    expect(document.tables.map(({ task, configurations }) => [task, configurations])).toEqual([
      ['imagenet32/super-resolution', 298],
      ['mnist/denoising', 697],
      ['mnist/super-resolution', 276],
    ]);
    // The reference point: the largest log10 parameters and 0.05, the smallest mean PSNR.
    const [, denoising] = document.tables;
    expect(denoising!.measure.interval.highest).toBeCloseTo(7_949_760 * 10 ** 0.05, 3);
    expect(denoising!.measure.referenceScore).toBeCloseTo(16.68246, 5);
    // Medians over 50 seeds scatter by about 0.001 and 0.003.
    expect(Math.abs(medianAt(document, 'mnist/denoising', 'random', 0.2) - 0.994)).toBeLessThan(0.003);
    expect(Math.abs(medianAt(document, 'mnist/super-resolution', 'random', 0.2) - 0.99)).toBeLessThan(0.009);
  });

  test('finds 98 % of it with the model at a twentieth of the configurations, and 99 % at a tenth', async () => {
    const args = ['--shapes', 'hourglass', '--strategies', 'model', '--seeds', '5', '--most', '0.1', '--out', 'model'];
    const document = await bench(golden, ...args);
    for (const { task } of document.tables) {
      expect(medianAt(document, task, 'model', 0.05), task).toBeGreaterThan(0.98);
      expect(medianAt(document, task, 'model', 0.1), task).toBeGreaterThan(0.99);
    }
  });

  test('writes the same table and plots again, with both kinds of effort', async () => {
    const args = ['--shapes', 'conventional', '--strategies', 'random,evolve,model', '--seeds', '3', '--out', 'again'];
    const document = await bench(golden, ...args);
    const files = ['strategies.csv', 'strategies.svg', 'strategies.png'].map((name) => readFileSync(at('again', name)));
    await bench(golden, ...args);
    expect(
      ['strategies.csv', 'strategies.svg', 'strategies.png'].map((name) => readFileSync(at('again', name))),
    ).toEqual(files);
    const rows = parse<Record<string, string>>(files[0]!, { columns: true });
    const wanted = { task: 'mnist/denoising', strategy: 'evolve', effort: 'configurations', effort_share: '0.2' };
    const [row] = rows.filter((one) => Object.entries(wanted).every(([name, value]) => one[name] === value));
    expect(Number(row!['hypervolume_share_median'])).toBe(medianAt(document, 'mnist/denoising', 'evolve', 0.2));
    expect(new Set(rows.map(({ effort }) => effort))).toEqual(new Set(['configurations', 'cost']));
    for (const { hypervolume_share_p5: low, hypervolume_share_p95: high } of rows) {
      expect(Number(low)).toBeLessThanOrEqual(Number(high));
      expect(Number(high)).toBeLessThanOrEqual(1);
    }
  });

  test('shows shares of the hypervolume with their spread, and where the files are', async () => {
    const args = ['--shapes', 'conventional', '--strategies', 'random', '--seeds', '2', '--out', 'text'];
    const { stdout } = await callHgmlp(['bench', 'strategies', '--table', golden, ...args, '--quiet'], { cwd: folder });
    expect(stdout).toContain('mnist/denoising, conventional: strategies on 80 recorded configurations');
    expect(stdout).toMatch(/^random +0\.\d{4} \[0\.\d{3}, 0\.\d{3}\]/m);
    expect(stdout).toContain(path.join('text', 'strategies.png'));
  });
});

describe('bench strategies with learning curves', () => {
  /** Twelve networks at two rates, one of which is bad; larger ones end higher and are slower. */
  const networks = Array.from({ length: 24 }, (_, index) => ({
    arch: `${60 + 20 * Math.floor(index / 2)},8,2`,
    rate: index % 2 === 0 ? 0.001 : 0.01,
    endDb: 20 + Math.floor(index / 2) / 4 - 2 * (index % 2),
  }));
  const curveOf = ({ endDb }: (typeof networks)[number]) =>
    Array.from({ length: 9 }, (_, index) => endDb - (endDb - 16) * 0.5 ** (index + 1));

  beforeAll(() => {
    const runs = networks.map(({ arch, rate, endDb }) => `mnist,denoising,${arch},${rate},9,${endDb}`);
    const header = 'dataset,task,skip_width,bottleneck_width,depth,learning_rate';
    writeFileSync(at('table.csv'), [`${header},epochs,validation_psnr_db`, ...runs, ''].join('\n'));
    const curves = networks.flatMap((network) =>
      curveOf(network).map((psnrDb, index) => `${network.arch},${network.rate},${index + 1},${psnrDb}`),
    );
    const columns = 'skip_width,bottleneck_width,depth,learning_rate,epoch,validation_psnr_db';
    writeFileSync(at('curves.csv'), [columns, ...curves, ''].join('\n'));
    writeFileSync(at('gap.csv'), [columns, ...curves.filter((_, index) => index !== 3), ''].join('\n'));
    writeFileSync(at('word.csv'), [columns, curves[0], curves[1]!.replace(/[^,]*$/, 'many'), ''].join('\n'));
    writeFileSync(at('part.csv'), [columns, ...curves.slice(0, 90), ''].join('\n'));
  });

  test('plays halving, which spends the epochs of a part and counts a network once it has ended', async () => {
    const args = ['--curves', 'curves.csv', '--strategies', 'random,halving', '--seeds', '5', '--most', '1'];
    const [table] = (await bench('table.csv', ...args, '--out', 'halving')).tables;
    const halving = table!.curves.find(({ strategy }) => strategy === 'halving')!.points.cost;
    // It ends by itself, and stays there.
    const atEnd = halving.find(({ median }) => median === halving.at(-1)!.median)!;
    expect(atEnd.effortShare).toBeLessThan(0.8);
    expect(atEnd.median).toBeGreaterThan(0.99);
    // Its first parts end nothing.
    expect(halving[0]!.median).toBe(0);
  });

  test('says what is wrong with a file of curves, or that there are none', async () => {
    for (const [curves, line] of [
      [[], /--strategies: expected learning curves of the runs of mnist\/denoising for halving, got none; /],
      [['--curves', 'table.csv'], /table\.csv: expected the columns skip_width, [^\n]*, got none named epoch/],
      [['--curves', 'gap.csv'], /gap\.csv: expected a curve of \S+ 0\.001 from its first epoch on, got one with a gap/],
      [['--curves', 'word.csv'], /word\.csv:3: validation_psnr_db: expected a number, got 'many'/],
      [['--curves', 'part.csv'], /part\.csv: expected a curve of \S+ 0\.001, got none/],
    ] as const) {
      const args = ['--table', 'table.csv', ...curves, '--strategies', 'halving', '--quiet'];
      const { code, stderr } = await callHgmlp(['bench', 'strategies', ...args], { cwd: folder });
      expect([code, stderr]).toEqual([2, expect.stringMatching(new RegExp(`^hgmlp: ${line.source}[^\\n]*\\n$`))]);
    }
  });
});

describe('bench strategies refuses', () => {
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await callHgmlp(['bench', 'strategies', ...args, '--quiet'], { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    return stderr;
  };

  test('no table, and one that is not there', async () => {
    expect(await refused()).toBe(
      'hgmlp: --table: expected recorded runs, got none; name a results folder or a CSV file of runs\n',
    );
    expect(await refused('--table', 'nowhere.csv')).toMatch(/^hgmlp: [^\n]*nowhere\.csv[^\n]*\n$/);
  });

  test('a table that is too small, or lacks the shape', async () => {
    const lines = readFileSync(golden, 'utf8').split('\n');
    writeFileSync(at('few.csv'), `${lines.slice(0, 6).join('\n')}\n`);
    expect(await refused('--table', 'few.csv')).toMatch(
      /^hgmlp: few\.csv: expected at least 20 configurations [^\n]*, got \d of imagenet32\/super-resolution conventional; [^\n]*\n$/,
    );
    writeFileSync(
      at('one.csv'),
      lines.filter((line, index) => index === 0 || line.includes(',conventional,')).join('\n'),
    );
    expect(await refused('--table', 'one.csv', '--shapes', 'hourglass')).toMatch(
      /^hgmlp: one\.csv: expected runs of hourglass, got conventional[^\n]*; see --shapes\n$/,
    );
  });

  test('a strategy that it does not know, and a share above 1', async () => {
    expect(await refused('--table', golden, '--strategies', 'luck')).toMatch(
      /^hgmlp: --strategies: expected some of 'random'/,
    );
    expect(await refused('--table', golden, '--most', '2')).toMatch(
      /^hgmlp: --most: expected a number from 0\.01 to 1, got '2'/,
    );
  });
});
