/**
 * Loaded by a test, has plots hold the specification of what would be drawn in place of the drawing, which takes half a
 * second: for what is not about plots. Their files are there, and differ where the plots would.
 */
import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import { escapeHtml } from '../../src/report/escape.js';
import { plotSpec } from '../../src/report/plot-spec.js';

vi.mock(import('../../src/report/plot.js'), async (importOriginal) => ({
  ...(await importOriginal()),
  bareFrontierSvg: (frontier, scale, notes) => Promise.resolve(undrawnSvg(plotSpec(frontier, scale, notes))),
  bareSvg: (spec) => Promise.resolve(undrawnSvg(spec)),
  stackedSvg: (specs) => Promise.resolve(undrawnSvg(specs)),
  pngOf: (svg) => Promise.resolve(createHash('sha256').update(svg).digest()),
}));

function undrawnSvg(spec: unknown): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><desc>${escapeHtml(JSON.stringify(spec))}</desc></svg>`;
}
