/** The record beside the decoded copy of a folder of pictures: what was found there, and how it was decoded. */
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../base/files.js';
import { readRecord } from './checked-file.js';
import type { ImageShape } from './images.js';

/** Says how the pictures of a folder become images. */
export interface FolderSettings {
  /** Pixels on each side. */
  readonly imageSize: number;
  readonly channels: 1 | 3;
}

const aboutForm = z.object({
  images: z.int().min(1),
  /** Of the pictures that could be decoded. */
  classes: z.array(z.string()).min(1),
  unreadable: z.array(z.string()),
  sha256: z.object({ images: z.string(), labels: z.string() }),
  /** Of releases since the first; what that one decoded had no such record. */
  decoding: z
    .object({
      /** The first release would have given the same pixels: all are opaque, and PNG or JPEG. */
      asFirst: z.boolean(),
      /** Pictures of one colour. */
      constant: z.int(),
      /** All have the same pixels. */
      allEqual: z.boolean(),
    })
    .optional(),
});

/** Is the record that is kept beside the decoded images. */
export type About = z.output<typeof aboutForm>;
/** Is a record that says how the pictures were decoded. */
export type Decoded = About & { readonly decoding: NonNullable<About['decoding']> };

/** Is what the names of the copy's two files begin with. */
export const pairName = 'all';
const aboutFile = 'about.json';
/** Names and classes of a million pictures. */
const mostAboutBytes = 2 ** 28;

/**
 * Reads the record beside a decoded copy; null where there is no copy. Throws a UserError where the file is no such
 * record.
 */
export async function readAbout(target: string): Promise<About | null> {
  return readRecord(path.join(target, aboutFile), {
    form: aboutForm,
    mostBytes: mostAboutBytes,
    what: 'a decoded copy',
    remedy: `remove the folder ${target} and try again`,
  });
}

/** Writes the record into the folder of the copy. Throws a UserError where the disk refuses. */
export async function writeAbout(folder: string, about: Decoded): Promise<void> {
  await writeFileAtomically(path.join(folder, aboutFile), `${JSON.stringify(about, null, 2)}\n`);
}

/** Gives the shape of the images: square, and as large as the settings say. */
export function imageShapeOf({ imageSize, channels }: FolderSettings): ImageShape {
  return { height: imageSize, width: imageSize, channels };
}
