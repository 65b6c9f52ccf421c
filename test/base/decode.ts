import sharp from 'sharp';

/** The bytes of a picture file, `[height, width, channels]`, in the channels that stand in the file. */
export async function decode(file: Uint8Array) {
  const { channels, format } = await sharp(file).metadata();
  const picture = sharp(file).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { pixels: [...data], width: info.width, height: info.height, channels, format };
}
