/**
 * Lines that tell of one run again: pasted twice, or exported twice into one file. As replicates they would be noise of
 * zero, which makes every verdict certain.
 *
 * Only what is read tells lines apart. A column of row numbers tells the copies of a table apart as well as its runs, so that
 * nothing can be made of it; whoever has runs with equal results numbers them (replicate), or gives their seeds.
 */
import { evaluationSets, type EvaluationSet } from '../run/run.js';
import type { ImportedRow } from './rows.js';

/** Holds what came of a run, as far as one line tells. */
export type LineOutcome = Pick<ImportedRow, 'line' | 'state' | 'reason' | 'figures'>;

/** Lists the sets that PSNR is known on. */
export function measured({ figures }: Pick<LineOutcome, 'figures'>): EvaluationSet[] {
  return evaluationSets.filter((set) => figures[set]);
}

/** Says whether a line repeats what is known of its run, and adds nothing. */
export function isCopy(known: LineOutcome, line: LineOutcome): boolean {
  const figures = Object.fromEntries(measured(line).map((set) => [set, known.figures[set]]));
  return wordsOf({ ...known, figures }) === wordsOf(line);
}

/** Joins two lines of one run, each with another set; null where they contradict each other. */
export function join<Line extends LineOutcome>(first: Line, second: LineOutcome): Line | null {
  if (first.state !== 'finished' || second.state !== 'finished') return null;
  if (evaluationSets.some((set) => first.figures[set] && second.figures[set])) return null;
  return { ...first, figures: { ...first.figures, ...second.figures } };
}

/** Holds the replicates that several lines tell of. */
export interface Replicates<Line extends LineOutcome> {
  /** In the order of their first lines. */
  readonly runs: readonly Line[];
  /** Lines that only repeat others. */
  readonly copies: number;
}

/**
 * Finds the replicates that the lines of one network and recipe tell of, where nothing numbers them. A line is one replicate, or
 * one set of one; the sets belong together in the order of their lines.
 *
 * Equal lines are copies. Where without them sets lack their counterparts, whole replicates are compared instead: two may
 * have the same PSNR on one set and not on the other.
 */
export function replicatesOf<Line extends LineOutcome>(lines: readonly Line[]): Replicates<Line> {
  const distinct = [...new Map(lines.toReversed().map((line) => [wordsOf(line), line])).values()].toReversed();
  const byLine = inOrder(distinct).map(joined);
  if (isEven(byLine)) return { runs: byLine, copies: lines.length - distinct.length };
  const all = inOrder(lines);
  if (!isEven(all.map(joined))) return { runs: byLine, copies: lines.length - distinct.length };
  const kept = [...new Map(all.toReversed().map((group) => [wordsOf(joined(group)), group])).values()].toReversed();
  return { runs: kept.map(joined), copies: lines.length - kept.flat().length };
}

function wordsOf({ state, reason, figures }: LineOutcome): string {
  return JSON.stringify([state, reason, ...evaluationSets.map((set) => figures[set] ?? null)]);
}

/** The lines of each replicate. They are counted for each set; one without figures takes all sets. */
function inOrder<Line extends LineOutcome>(lines: readonly Line[]): Line[][] {
  const counts = { validation: 0, test: 0 };
  const replicates: Line[][] = [];
  for (const line of lines) {
    const sets = line.state === 'finished' ? measured(line) : evaluationSets;
    const number = Math.max(...sets.map((set) => counts[set]));
    for (const set of sets) counts[set] = number + 1;
    (replicates[number] ??= []).push(line);
  }
  return replicates;
}

function joined<Line extends LineOutcome>(lines: readonly Line[]): Line {
  return lines.reduce((whole, line) => join(whole, line) ?? whole);
}

/** Whether all that finished were measured on the same sets. */
function isEven(runs: readonly LineOutcome[]): boolean {
  const sets = new Set(runs.filter(({ state }) => state === 'finished').map((run) => measured(run).join()));
  return sets.size <= 1;
}
