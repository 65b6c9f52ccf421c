/**
 * The live bar at the foot of a terminal. Everything else that is written while it is shown goes through `aboveBar`, and so
 * stands above it. The cursor is never hidden, so that no end of the process can leave it hidden.
 */
import { createLogUpdate } from 'log-update';
import { printable } from '../../base/shown.js';
import { cutTo, unknownWidth, widthOf, wrapWords } from '../../base/width.js';
import { showBar, type Shown } from './above-bar.js';

/** Describes one piece of text of a bar, and how much it matters where room is short. */
export interface BarPart {
  readonly text: string;
  /** Where there is too little room, those of low ranks have it first; one of rank 0 always stays. */
  readonly rank: number;
  /** Is cut rather than left out: a name, never a number. */
  readonly mayBeCut?: boolean;
}

/** Says what a bar shows: how far the work is, and texts beside it. */
export interface BarContent {
  /** From 0 to 1. */
  readonly share: number;
  /** From left to right. */
  readonly parts: readonly BarPart[];
}

/** Shows how far some work is, in the last line of a terminal. */
export interface Bar {
  show(content: BarContent): void;
  /** Takes the bar away. */
  stop(): void;
}

const [long, short] = [24, 10];
const leastName = 10;

/** Gives what a terminal of so many columns shows: one line, or where not even what must stay fits on one, a few. */
export function barLines({ share, parts: given }: BarContent, columns: number): string[] {
  // In the last column the cursor already stands on the next line, in some terminals.
  const room = columns - 1;
  const parts = given.map((part) => ({ ...part, text: printable(part.text) }));
  const lineWith = (kept: ReadonlySet<BarPart>, barWidth: number) =>
    lineOf(
      drawn(share, barWidth),
      parts.filter((part) => kept.has(part)),
      room,
    );
  let kept: ReadonlySet<BarPart> = new Set(parts.filter(({ rank }) => rank === 0));
  for (const part of parts.toSorted((left, right) => left.rank - right.rank)) {
    const more = new Set([...kept, part]);
    if (widthOf(lineWith(more, short)) <= room) kept = more;
  }
  const lines = [long, short, 0].map((barWidth) => lineWith(kept, barWidth));
  const fitting = lines.find((line) => widthOf(line) <= room);
  return fitting === undefined ? [...kept].flatMap(({ text }) => wrapWords(text, room)) : [fitting];
}

function drawn(share: number, columns: number): string {
  const full = Math.floor(columns * Math.min(1, Math.max(0, share)));
  return '█'.repeat(full) + '░'.repeat(columns - full);
}

function lineOf(bar: string, parts: readonly BarPart[], room: number): string {
  const joined = (texts: readonly string[]) => [bar, texts.join(' | ')].filter((text) => text !== '').join(' ');
  const excess = widthOf(joined(parts.map(({ text }) => text))) - room;
  return joined(
    parts.map(({ text, mayBeCut = false }) =>
      mayBeCut && excess > 0 ? cutTo(text, Math.max(leastName, widthOf(text) - excess)) : text,
    ),
  );
}

/** Makes a bar on standard error, which is shown with its first content. It takes the place of any other. */
export function openBar(stream: NodeJS.WriteStream = process.stderr): Bar {
  const update = createLogUpdate(stream, { showCursor: true });
  let content: BarContent | null = null;
  let lines: readonly string[] = [];
  const own: Shown = {
    draw() {
      if (content === null) return;
      lines = barLines(content, stream.columns || unknownWidth);
      update(lines.join('\n'));
    },
    clear: () => update.clear(),
  };
  const redraw = () => {
    stream.write(erasingRows(lines, stream.columns || unknownWidth));
    update.done();
    own.draw();
  };
  return {
    show(next) {
      if (content === null) {
        showBar(own);
        stream.on('resize', redraw);
      }
      content = next;
      own.draw();
    },
    stop() {
      if (content === null) return;
      stream.off('resize', redraw);
      showBar(null);
      content = null;
    },
  };
}

/** Terminals break the lines that they show anew when they become narrower, so the bar may have more rows than it had lines. */
function erasingRows(lines: readonly string[], columns: number): string {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  return `\u001b[${rows}A\r\u001b[J`;
}
