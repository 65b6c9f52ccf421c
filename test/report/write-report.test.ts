import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { escapeHtml } from '../../src/report/escape.js';
import { writeReport } from '../../src/report/write-report.js';
import { smallFrontier, smallRuns } from './study.js';

const hostile = `x"><script>alert('1')</script>&`;
const request = {
  frontier: smallFrontier(hostile),
  runs: smallRuns,
  images: { width: 28, height: 28 },
  axis: 'log',
  command: `hgmlp search --task '${hostile}'`,
  resolvedConfig: { task: hostile, budget: '1M', learningRates: [0.001] },
} as const;

describe('a report', () => {
  let folder: string;
  let page: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-report-'));
    await writeReport(folder, request);
    page = readFileSync(path.join(folder, 'frontier.html'), 'utf8');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('is these five files, byte for byte the same each time', async () => {
    const names = ['frontier.csv', 'frontier.html', 'frontier.png', 'frontier.svg', 'runs.csv'];
    expect(readdirSync(folder).toSorted()).toEqual(names);
    const read = () => names.map((name) => readFileSync(path.join(folder, name)).toString('base64'));
    const first = read();
    const written = await writeReport(folder, request);
    expect(written.map((file) => path.basename(file)).toSorted()).toEqual(names);
    expect(read()).toEqual(first);
  });

  test('refuses a folder that is not there with an error for the user', async () => {
    await expect(writeReport(path.join(folder, 'missing'), request)).rejects.toThrow(UserError);
  });

  test('has a page that loads nothing: no address but those of its own neighbours', () => {
    const addresses = [...page.matchAll(/(?:href|src|xlink:href)="([^"]*)"/g)].map((match) => match[1]);
    expect(addresses).toEqual(['frontier.csv', 'runs.csv']);
    const outside = [...page.matchAll(/https?:\/\/[^"\s]*/g)].map(([address]) => address);
    expect(new Set(outside)).toEqual(new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']));
    expect([...page.matchAll(/url\(([^)]{0,20})/g)].map((match) => match[1])).toEqual(['data:font/ttf;base64']);
  });

  test('runs one script, the one that the policy of the page names by its hash', () => {
    const scripts = [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script/g)].map((match) => match[1]!);
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256').update(scripts[0]!).digest('base64');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1];
    expect(policy).toBe(
      `default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; script-src 'sha256-${hash}'`,
    );
  });

  test('shows a hostile name as text in the heading, both drawings, the command and the configuration', () => {
    expect(page.match(/alert/g)!.length).toBeGreaterThanOrEqual(6);
    expect(page).not.toContain('<script>alert');
    expect(page).toContain(`<h1>PSNR frontier of ${escapeHtml(hostile)}</h1>`);
  });

  test('shows both drawings with what the tooltips say, the tables, the command and the configuration', () => {
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page.match(/aria-label="Hourglass 12-6-1, on the frontier; /g)).toHaveLength(2);
    expect(page).toContain('<td class="left">12-6-1</td><td class="right">384</td>');
    expect(page).toContain('<pre>hgmlp search');
    expect(page).toContain('budget: 1M\nlearningRates:\n  - 0.001</pre>');
    expect(page).toContain('id="axis-log" checked');
  });
});
