/**
 * Flips, scaling to [0, 1] and bicubic reduction in WebAssembly SIMD (AssemblyScript; compiled ahead to images.wasm).
 * A plane is one colour channel, `[height, width]`; images are planes one after the other.
 * Source of the reduction: Keys, "Cubic convolution interpolation for digital image processing" (1981).
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
 * Bicubic planes of 1 / scale of the height and the width: a = -0.75, corners not aligned, no antialiasing, no clamping;
 * edge pixels are repeated. Where the scale is even, every output pixel lies in the middle of four pixels, so that one
 * set of four weights serves all; where it is odd, it lies on a pixel.
 * `planes`: `[count, height, width]` floats, both multiples of the scale; `reduced`: `[count, height / scale,
 * width / scale]`. `scratch`: room for `width` floats.
 */
export function reduce(
  planes: usize,
  reduced: usize,
  count: i32,
  height: i32,
  width: i32,
  scale: i32,
  scratch: usize,
): void {
  const rowBytes = 4 * width;
  const isOdd = (scale & 1) == 1;
  let output = reduced;
  for (let plane = 0; plane < count; plane += 1) {
    const start = planes + plane * height * rowBytes;
    // The second of the four pixels, or the one that is hit.
    for (let row = (scale - 1) >> 1; row < height; row += scale) {
      const second = start + row * rowBytes;
      if (isOdd) {
        output = takeRow(second, output, rowBytes, scale);
        continue;
      }
      const first = start + max(row - 1, 0) * rowBytes;
      const last = start + min(row + 2, height - 1) * rowBytes;
      for (let column = 0; column < rowBytes; column += 4) {
        const outer = load<f32>(first + column) + load<f32>(last + column);
        const inner = load<f32>(second + column) + load<f32>(second + rowBytes + column);
        store<f32>(scratch + column, innerWeight * inner + outerWeight * outer);
      }
      output = reduceRow(scratch, output, rowBytes, scale);
    }
  }
}

/** Reduces one row of floats by an even scale; gives the address after the last value written. */
function reduceRow(row: usize, output: usize, rowBytes: i32, scale: i32): usize {
  for (let column = 4 * ((scale - 1) >> 1); column < rowBytes; column += 4 * scale) {
    const outer = load<f32>(row + max(column - 4, 0)) + load<f32>(row + min(column + 8, rowBytes - 4));
    const inner = load<f32>(row + column) + load<f32>(row + column + 4);
    store<f32>(output, innerWeight * inner + outerWeight * outer);
    output += 4;
  }
  return output;
}

/** Every scale-th value of one row, the scale being odd; gives the address after the last value written. */
function takeRow(row: usize, output: usize, rowBytes: i32, scale: i32): usize {
  for (let column = 4 * (scale >> 1); column < rowBytes; column += 4 * scale) {
    store<f32>(output, load<f32>(row + column));
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
