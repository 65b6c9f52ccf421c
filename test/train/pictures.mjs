// The pictures of the small task; apart, so that scripts that are run as they stand can make them too.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

/**
 * Leaves 60 grey pictures of 12 x 12 in a new folder inside of this one, and returns which.
 * @param {string} folder
 * @returns {Promise<string>}
 */
export async function writePictures(folder) {
  const pictures = path.join(folder, 'pictures');
  mkdirSync(pictures, { recursive: true });
  for (let picture = 0; picture < 60; picture += 1) {
    const pixels = Uint8Array.from({ length: 144 }, (_, pixel) => (picture * 37 + pixel * (1 + (picture % 7))) % 256);
    const image = sharp(pixels, { raw: { width: 12, height: 12, channels: 1 } });
    await image.png().toFile(path.join(pictures, `${picture}.png`));
  }
  return pictures;
}
