import { afterEach, describe, expect, test } from 'vitest';
import { widthOf } from '../../src/base/width.js';
import { aboveBar } from '../../src/cli/terminal/above-bar.js';
import { barLines, openBar, type BarContent } from '../../src/cli/terminal/bar.js';
import { openScreen } from './screen.js';

const content: BarContent = {
  share: 0.08,
  parts: [
    { text: '8 % of the work', rank: 2 },
    { text: '12/32 runs: 0 ended, 12 stopped', rank: 0 },
    { text: '123,456 images/s', rank: 3 },
    { text: 'hourglass 24.10 dB, conventional 24.11 dB', rank: 1 },
    { text: '12 min left', rank: 0 },
  ],
};

describe('The line of a live bar', () => {
  test.each([
    [
      200,
      '█░░░░░░░░░░░░░░░░░░░░░░░ 8 % of the work | 12/32 runs: 0 ended, 12 stopped | 123,456 images/s | ' +
        'hourglass 24.10 dB, conventional 24.11 dB | 12 min left',
    ],
    [
      120,
      '░░░░░░░░░░ 8 % of the work | 12/32 runs: 0 ended, 12 stopped | hourglass 24.10 dB, conventional 24.11 dB | 12 min left',
    ],
    [80, '░░░░░░░░░░ 8 % of the work | 12/32 runs: 0 ended, 12 stopped | 12 min left'],
    [60, '░░░░░░░░░░ 12/32 runs: 0 ended, 12 stopped | 12 min left'],
  ])('in %d columns leaves out what matters least', (columns, line) => {
    expect(barLines(content, columns)).toEqual([line]);
  });

  test('fills the room that a more important part is too long for with a shorter one', () => {
    const parts = content.parts.map((part) =>
      part.rank === 0 && part.text.includes('runs') ? { ...part, text: '12/32 runs' } : part,
    );
    expect(barLines({ ...content, parts }, 80)).toEqual([
      '░░░░░░░░░░ 12/32 runs | hourglass 24.10 dB, conventional 24.11 dB | 12 min left',
    ]);
  });

  test('takes several lines rather than losing the time that is left', () => {
    expect(barLines(content, 40)).toEqual(['12/32 runs: 0 ended, 12 stopped', '12 min left']);
    expect(barLines(content, 20)).toEqual(['12/32 runs: 0', 'ended, 12 stopped', '12 min left']);
  });

  test('never fills the last column, and always has the time that is left', () => {
    for (let columns = 12; columns <= 200; columns += 1) {
      const lines = barLines(content, columns);
      expect(Math.max(...lines.map(widthOf)), `${columns} columns`).toBeLessThan(columns);
      expect(lines.join(' ')).toContain('12 min left');
    }
  });

  test('cuts a name, of wide characters too, and never a number', () => {
    const named = (name: string) => ({
      share: 0.5,
      parts: [
        { text: '50 %', rank: 0 },
        { text: name, rank: 0, mayBeCut: true },
      ],
    });
    expect(barLines(named('pictures/図書館の本: 139 MB'), 40)).toEqual(['█████░░░░░ 50 % | pictures/図書館の本:…']);
    expect(barLines(named('👨‍👩‍👧'.repeat(20)), 40)).toEqual([`█████░░░░░ 50 % | ${'👨‍👩‍👧'.repeat(10)}…`]);
    for (let columns = 20; columns <= 80; columns += 1) {
      for (const name of ['図書館の本'.repeat(9), 'e\u0301'.repeat(90), 'x'.repeat(90)]) {
        expect(Math.max(...barLines(named(name), columns).map(widthOf))).toBeLessThan(columns);
      }
    }
  });

  test('spells out what would steer the terminal', () => {
    expect(barLines({ share: 0, parts: [{ text: 'a\u001b[2Jb\n', rank: 0 }] }, 80)).toEqual([
      `${'░'.repeat(24)} a\\u001b[2Jb\\u000a`,
    ]);
  });
});

describe('A live bar', () => {
  let stop: () => void = () => undefined;
  afterEach(() => stop());
  const shownOn = (columns: number) => {
    const screen = openScreen(columns);
    const bar = openBar(screen.stream);
    stop = bar.stop;
    const say = (text: string) => aboveBar(() => screen.stream.write(`${text}\n`));
    return { screen, bar, say };
  };
  const left = (text: string): BarContent => ({ share: 0, parts: [{ text, rank: 0 }] });

  test('stands below what is said meanwhile, and is drawn in place', () => {
    const { screen, bar, say } = shownOn(60);
    say('before');
    bar.show(left('3 min left'));
    say('a message that is longer than sixty columns and so takes more than one of the rows');
    bar.show(left('2 min left'));
    say('another');
    expect(screen.rows()).toEqual([
      'before',
      'a message that is longer than sixty columns and so takes mor',
      'e than one of the rows',
      'another',
      `${'░'.repeat(24)} 2 min left`,
    ]);
    bar.stop();
    say('after');
    expect(screen.rows().slice(-2)).toEqual(['another', 'after']);
  });

  test('fits a terminal that is resized, and leaves nothing of itself behind', () => {
    const { screen, bar, say } = shownOn(140);
    say('before');
    bar.show(content);
    for (const columns of [100, 60, 40, 30, 80, 200, 40]) {
      screen.resize(columns);
      expect(screen.rows(), `${columns} columns`).toEqual(['before', ...barLines(content, columns)]);
    }
    bar.stop();
    expect(screen.rows()).toEqual(['before']);
  });

  test('never hides the cursor, so that it cannot stay hidden', () => {
    const { screen, bar } = shownOn(80);
    bar.show(content);
    bar.stop();
    expect(screen.written()).not.toContain('\u001b[?25l');
  });

  test('listens to its terminal only while it is shown', () => {
    const { screen, bar } = shownOn(80);
    bar.show(content);
    bar.stop();
    expect(screen.stream.listenerCount('resize')).toBe(0);
    screen.resize(40);
    expect(screen.rows()).toEqual(['']);
  });
});
