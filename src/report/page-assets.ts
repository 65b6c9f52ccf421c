/** Style sheet and script of the report page. Both are constants: nothing from a study is written into them. */
import { fontFamily } from './font.js';

/** Styles the page; it needs no file beside it. */
export const pageStyle = `
body { margin: 0; background: #fff; color: #222; font: 15px/1.5 ${fontFamily}, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 24px; }
h1 { position: absolute; clip-path: inset(50%); } /* For screen readers: the drawing shows its title. */
h2 { font-size: 19px; font-weight: normal; margin: 32px 0 8px; }
.plots { position: relative; }
.plots input { position: absolute; opacity: 0; }
.plots label { display: inline-block; padding: 3px 12px; margin-right: 6px; border: 1px solid #bbb; border-radius: 4px;
  cursor: pointer; }
.plots input:checked + label { background: #222; border-color: #222; color: #fff; }
.plots input:focus-visible + label { outline: 3px solid #56b4e9; }
.plot { margin: 12px 0 0; display: none; }
#axis-log:checked ~ .log, #axis-linear:checked ~ .linear { display: block; }
.plot svg { width: 100%; height: auto; }
.plot [aria-roledescription="point"].near { stroke: #000; stroke-width: 2; opacity: 1; }
#tooltip { position: absolute; z-index: 1; padding: 8px 12px; background: #fff; border: 1px solid #888;
  border-radius: 4px; box-shadow: 0 2px 8px #0003; font-size: 13px; line-height: 1.4; pointer-events: none;
  white-space: nowrap; }
#tooltip div:first-child { font-size: 15px; margin-bottom: 2px; }
.samples { display: grid; grid-template-columns: 140px minmax(0, 714px); gap: 6px 20px; align-items: center; margin: 0; }
.samples img { width: 100%; height: auto; image-rendering: pixelated; }
.samples .label { line-height: 1.35; }
.samples .fact { display: block; font-size: 13px; color: #555; }
.samples .shape::before { content: ''; display: inline-block; width: 10px; height: 10px; margin-right: 7px;
  background: var(--shape); }
.samples .circle::before { border-radius: 50%; }
.samples .triangle-up::before { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.samples figcaption { grid-column: 1 / -1; margin-top: 6px; font-size: 13.5px; color: #555; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13.5px; }
th, td { padding: 4px 12px; border-bottom: 1px solid #e0e0e0; white-space: nowrap; }
th { font-weight: normal; color: #555; white-space: normal; vertical-align: bottom; border-bottom-color: #888; }
tbody tr:hover { background: #f3f7fa; }
.left { text-align: left; }
.right { text-align: right; }
pre { padding: 12px; background: #f6f6f6; overflow-x: auto; font-size: 13px; }
a { color: #0072b2; }
@media (max-width: 640px) { .samples { grid-template-columns: minmax(0, 714px); } .samples .fact { display: inline; margin-left: 10px; } }
@media print { h2 { break-after: avoid; } .samples { break-inside: avoid; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .plots input, .plots label, #tooltip { display: none; } .scroll, pre { overflow: visible; } }
`;

/** Shows what the mark nearest to the pointer says of itself, as text and never as markup. */
export const pageScript = `
'use strict';
const tooltip = document.getElementById('tooltip');
const section = document.querySelector('.plots');
const reachPixels = 24;
let near = null;

function nearestMark(figure, event) {
  let nearest = null;
  let least = reachPixels;
  for (const mark of figure.querySelectorAll('[aria-roledescription="point"]')) {
    const box = mark.getBoundingClientRect();
    const distance = Math.hypot(
      (box.left + box.right) / 2 - event.clientX,
      (box.top + box.bottom) / 2 - event.clientY,
    );
    if (distance <= least) {
      least = distance;
      nearest = mark;
    }
  }
  return nearest;
}

function show(mark) {
  if (near) near.classList.remove('near');
  near = mark;
  tooltip.hidden = mark === null;
  if (mark === null) return;
  mark.classList.add('near');
  tooltip.replaceChildren(
    ...mark.getAttribute('aria-label').split('; ').map((fact) => {
      const line = document.createElement('div');
      line.textContent = fact;
      return line;
    }),
  );
  const box = mark.getBoundingClientRect();
  const frame = section.getBoundingClientRect();
  const left = box.right - frame.left + 10;
  const overflows = left + tooltip.offsetWidth > frame.width;
  tooltip.style.left = (overflows ? box.left - frame.left - 10 - tooltip.offsetWidth : left) + 'px';
  tooltip.style.top = Math.min(box.top - frame.top, frame.height - tooltip.offsetHeight) + 'px';
}

for (const figure of document.querySelectorAll('.plot')) {
  figure.addEventListener('pointermove', (event) => show(nearestMark(figure, event)));
  figure.addEventListener('pointerleave', () => show(null));
}
`;
