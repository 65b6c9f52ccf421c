/** Sample sheets whose header is right, and whose pixels nobody decodes. */
import { cellSize, sheetSize } from '../../src/run/sample-sheet.js';

/** Of MNIST. */
export const digits = { width: 28, height: 28 };

/** The first bytes of a PNG file of that size, and the text behind them, which tells one sheet from another. */
export function undrawnSheet(text = '', images = digits, size = sheetSize(cellSize(images))): Buffer {
  const header = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0', 'latin1');
  header.writeUInt32BE(size.width, 16);
  header.writeUInt32BE(size.height, 20);
  return Buffer.concat([header, Buffer.from(text.padEnd(40))]);
}
