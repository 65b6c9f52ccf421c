/** Draws plots as SVG and PNG. Vega and resvg are heavy, so they are loaded when a plot is asked for. */
import type { TopLevelSpec } from 'vega-lite';
import { firstItem } from '../base/items.js';
import type { PictureSize } from '../base/png-size.js';
import { fontFaceCss, fontFamily, fontPath } from './font.js';
import { plotSpec } from './plot-spec.js';

/** Makes 300 pixels per inch, where an SVG pixel is 1/96 inch. */
export const pngScale = 300 / 96;

/** Draws the frontier plot as SVG text whose font is named, but not embedded. The same frontier gives the same text. */
export function bareFrontierSvg(...asked: Parameters<typeof plotSpec>): Promise<string> {
  return bareSvg(plotSpec(...asked));
}

/** Draws any plot as SVG text whose font is named, but not embedded. The same specification gives the same text. */
export async function bareSvg(spec: TopLevelSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: 'none' });
  // Identifiers inside the SVG are numbered per process otherwise.
  vega.resetSVGDefIds();
  return view.toSVG();
}

/** Draws several plots of one width as one SVG, one above the other. */
export async function stackedSvg(specs: readonly TopLevelSpec[]): Promise<string> {
  const svgs: string[] = [];
  // One after the other: identifiers inside are numbered from the start for each.
  for (const spec of specs) svgs.push(await bareSvg(spec));
  let top = 0;
  const nested = svgs.map((svg) => {
    const placed = svg.replace('<svg ', `<svg y="${top}" `);
    top += sizeOf(svg).height;
    return placed;
  });
  const { width } = sizeOf(firstItem(svgs));
  const size = `width="${width}" height="${top}" viewBox="0 0 ${width} ${top}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" version="1.1" ${size}>${nested.join('')}</svg>`;
}

function sizeOf(svg: string): PictureSize {
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  if (width === undefined || height === undefined) throw new RangeError('expected an SVG with a size, got another one');
  return { width: Number(width), height: Number(height) };
}

/** Puts the font into an SVG, which then carries it. */
export async function withEmbeddedFont(svg: string): Promise<string> {
  const style = `<style>${await fontFaceCss()}</style>`;
  return svg.replace(/<svg[^>]*>/, (opening) => `${opening}${style}`);
}

/** Draws an SVG as PNG at 300 dpi, with the bundled font alone. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const image = new Resvg(svg, {
    background: 'white',
    fitTo: { mode: 'zoom', value: pngScale },
    font: { loadSystemFonts: false, fontFiles: [fontPath()], defaultFontFamily: fontFamily },
  });
  return image.render().asPng();
}
