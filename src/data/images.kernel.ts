/**
 * Flips, scaling to [0, 1] and bicubic halving in WebAssembly SIMD (AssemblyScript; compiled ahead to images.wasm).
 * A plane is one colour channel, `[height, width]`; images are planes one after the other.
 * Source of the halving: Keys, "Cubic convolution interpolation for digital image processing" (1981).
 */

/** The cubic kernel with a = -3/4 half a pixel from its middle pair of pixels, and one and a half from its outer pair. */
const innerWeight: f32 = 0.59375;
const outerWeight: f32 = -0.09375;

/** Mirrors the columns and turns the rows' order round, as asked, in place. `planes`: `[count, height, width]` bytes. */
export function flip(planes: usize, count: i32, height: i32, width: i32, mirrorColumns: bool, mirrorRows: bool): void {
  const planeBytes = height * width;
  for (let plane = 0; plane < count; plane += 1) {
    const start = planes + plane * planeBytes;
    if (mirrorColumns && mirrorRows) reverse(start, planeBytes);
    else if (mirrorColumns) for (let row = 0; row < height; row += 1) reverse(start + row * width, width);
    else if (mirrorRows) reverseRows(start, height, width);
  }
}

/** values = bytes / 255. */
export function normalise(bytes: usize, values: usize, count: i32): void {
  let done = 0;
  for (; done + 4 <= count; done += 4) {
    const integers = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(bytes + done)));
    v128.store(values + 4 * done, f32x4.div(f32x4.convert_i32x4_u(integers), f32x4.splat(255)));
  }
  for (; done < count; done += 1) store<f32>(values + 4 * done, <f32>load<u8>(bytes + done) / 255);
}

/**
 * Bicubic half-size planes: a = -0.75, corners not aligned, no antialiasing, no clamping; edge pixels are repeated.
 * Every output pixel lies in the middle of four pixels, so that one set of four weights serves all.
 * `planes`: `[count, height, width]` floats, both even; `halves`: `[count, height / 2, width / 2]`.
 * `scratch`: room for `width` floats.
 */
export function halve(planes: usize, halves: usize, count: i32, height: i32, width: i32, scratch: usize): void {
  const rowBytes = 4 * width;
  let output = halves;
  for (let plane = 0; plane < count; plane += 1) {
    const start = planes + plane * height * rowBytes;
    for (let row = 0; row < height; row += 2) {
      const first = start + max(row - 1, 0) * rowBytes;
      const second = start + row * rowBytes;
      const last = start + min(row + 2, height - 1) * rowBytes;
      for (let column = 0; column < rowBytes; column += 4) {
        const outer = load<f32>(first + column) + load<f32>(last + column);
        const inner = load<f32>(second + column) + load<f32>(second + rowBytes + column);
        store<f32>(scratch + column, innerWeight * inner + outerWeight * outer);
      }
      output = halveRow(scratch, output, rowBytes);
    }
  }
}

/** Halves one row of floats; gives the address after the last value written. */
function halveRow(row: usize, output: usize, rowBytes: i32): usize {
  for (let column = 0; column < rowBytes; column += 8) {
    const outer = load<f32>(row + max(column - 4, 0)) + load<f32>(row + min(column + 8, rowBytes - 4));
    const inner = load<f32>(row + column) + load<f32>(row + column + 4);
    store<f32>(output, innerWeight * inner + outerWeight * outer);
    output += 4;
  }
  return output;
}

function reverse(start: usize, length: i32): void {
  for (let left = start, right = start + length - 1; left < right; left += 1, right -= 1) {
    const moved = load<u8>(left);
    store<u8>(left, load<u8>(right));
    store<u8>(right, moved);
  }
}

function reverseRows(start: usize, height: i32, width: i32): void {
  for (let upper = start, lower = start + (height - 1) * width; upper < lower; upper += width, lower -= width) {
    for (let column = 0; column < width; column += 1) {
      const moved = load<u8>(upper + column);
      store<u8>(upper + column, load<u8>(lower + column));
      store<u8>(lower + column, moved);
    }
  }
}
