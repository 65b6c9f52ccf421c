/** Small files of ImageNet-32's format, written by Python, and what they hold. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('write-pickles.py', import.meta.url));

export function hasPython(): boolean {
  return runs('python3', '');
}

/** A Python with numpy; null where there is none on this machine. */
export function pythonWithNumpy(): string | null {
  return ['python3', '/usr/bin/python3'].find((python) => runs(python, 'import numpy')) ?? null;
}

function runs(python: string, program: string): boolean {
  try {
    execFileSync(python, ['-c', program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function writePickles(folder: string, images: number, how: { python: string; numpy: boolean }): void {
  execFileSync(how.python, [script, folder, String(images), how.numpy ? 'numpy' : 'stand-in']);
}

/** The pixels that the script writes. */
export function expectedPixels(images: number): Uint8Array {
  return Uint8Array.from({ length: images * 3072 }, (_, place) => (place * 7 + (place >> 8) * 13) & 255);
}

/** The classes that the script writes, from 0. */
export function expectedLabels(images: number): number[] {
  return Array.from({ length: images }, (_, image) => (image * 37) % 1000);
}
