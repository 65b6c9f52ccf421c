/**
 * Noisy inputs in WebAssembly SIMD (AssemblyScript; compiled ahead to noise.wasm).
 * Every step gives the same bits on every machine: WebAssembly's floating point is deterministic, and no library
 * function is called.
 * Sources: Marsaglia, "Xorshift RNGs" (2003), xorshift128; Box and Muller, "A note on the generation of random normal
 * deviates" (1958).
 */

/** Lowest float bits of a mantissa in [sqrt(1/2), sqrt(2)), where the series of the logarithm is shortest. */
const rootHalfBits: i32 = 0x3f3504f3;

/**
 * target = pixel / 255 and input = clamp(target + deviation N(0, 1), 0, 1) for `count` bytes.
 * Eight values a turn: the sines and the cosines of four Box-Muller pairs, one pair from each of four generators.
 * `state`: 64 bytes, the four words of xorshift128 one after the other, each for four lanes; changed by the call.
 * `scratch`: 72 bytes, used for a count that is no multiple of 8.
 */
export function noisy(
  pixels: usize,
  input: usize,
  target: usize,
  count: i32,
  deviation: f32,
  state: usize,
  scratch: usize,
): void {
  const deviations = f32x4.splat(deviation);
  let x = v128.load(state, 0);
  let y = v128.load(state, 16);
  let z = v128.load(state, 32);
  let w = v128.load(state, 48);
  for (let done = 0; done < count; done += 8) {
    const isTail = count - done < 8;
    const from = isTail ? scratch : pixels + done;
    const inputTo = isTail ? scratch + 8 : input + 4 * done;
    const targetTo = isTail ? scratch + 40 : target + 4 * done;
    if (isTail) memory.copy(scratch, pixels + done, count - done);

    const radiusBits = next(x, w);
    const angleBits = next(y, radiusBits);
    x = z;
    y = w;
    z = radiusBits;
    w = angleBits;
    const radius = f32x4.mul(deviations, f32x4.sqrt(minusTwiceLog(uniform(radiusBits))));
    // A half circle, from -pi/2 to pi/2; the sign of the cosine makes it whole.
    const angle = f32x4.mul(f32x4.convert_i32x4_s(angleBits), f32x4.splat(7.3145906e-10));
    const sign = i32x4.shl(angleBits, 31);
    const bytes = i16x8.extend_low_i8x16_u(v128.load64_zero(from));
    put(i32x4.extend_low_i16x8_u(bytes), f32x4.mul(radius, sine(angle)), inputTo, targetTo);
    const cosines = v128.xor(f32x4.mul(radius, cosine(angle)), sign);
    put(i32x4.extend_high_i16x8_u(bytes), cosines, inputTo + 16, targetTo + 16);

    if (isTail) {
      memory.copy(input + 4 * done, inputTo, 4 * (count - done));
      memory.copy(target + 4 * done, targetTo, 4 * (count - done));
    }
  }
  v128.store(state, x, 0);
  v128.store(state, y, 16);
  v128.store(state, z, 32);
  v128.store(state, w, 48);
}

/** Moves the state on as `noisy` does for `count` bytes. */
export function skipNoise(count: i32, state: usize): void {
  let x = v128.load(state, 0);
  let y = v128.load(state, 16);
  let z = v128.load(state, 32);
  let w = v128.load(state, 48);
  for (let done = 0; done < count; done += 8) {
    const radiusBits = next(x, w);
    const angleBits = next(y, radiusBits);
    x = z;
    y = w;
    z = radiusBits;
    w = angleBits;
  }
  v128.store(state, x, 0);
  v128.store(state, y, 16);
  v128.store(state, z, 32);
  v128.store(state, w, 48);
}

/** The word after `newest` in each lane's xorshift128, of which `oldest` is the oldest of four words. */
function next(oldest: v128, newest: v128): v128 {
  const mixed = v128.xor(oldest, i32x4.shl(oldest, 11));
  const kept = v128.xor(newest, i32x4.shr_u(newest, 19));
  return v128.xor(kept, v128.xor(mixed, i32x4.shr_u(mixed, 8)));
}

/** The middles of 2^24 equal parts of (0, 1]; never 0, whose logarithm is infinite. */
function uniform(bits: v128): v128 {
  const parts = f32x4.convert_i32x4_u(i32x4.shr_u(bits, 8));
  return f32x4.add(f32x4.mul(parts, f32x4.splat(5.9604645e-8)), f32x4.splat(2.9802322e-8));
}

/** -2 ln u, with u = 2^exponent mantissa and ln mantissa = 2 artanh(s), s = (mantissa - 1) / (mantissa + 1). */
function minusTwiceLog(u: v128): v128 {
  const exponent = i32x4.shr_s(i32x4.sub(u, i32x4.splat(rootHalfBits)), 23);
  const mantissa = i32x4.sub(u, i32x4.shl(exponent, 23));
  const one = f32x4.splat(1);
  const s = f32x4.div(f32x4.sub(mantissa, one), f32x4.add(mantissa, one));
  const square = f32x4.mul(s, s);
  let series = f32x4.splat(0.44444444);
  series = addTo(0.5714286, f32x4.mul(series, square));
  series = addTo(0.8, f32x4.mul(series, square));
  series = addTo(1.3333334, f32x4.mul(series, square));
  series = addTo(4, f32x4.mul(series, square));
  const whole = f32x4.mul(f32x4.convert_i32x4_s(exponent), f32x4.splat(-1.3862944));
  return f32x4.sub(whole, f32x4.mul(s, series));
}

/** Taylor series to the 11th power: within 6e-8 on -pi/2 to pi/2. */
function sine(angle: v128): v128 {
  const square = f32x4.mul(angle, angle);
  let series = f32x4.splat(-2.5052108e-8);
  series = addTo(2.7557319e-6, f32x4.mul(series, square));
  series = addTo(-1.984127e-4, f32x4.mul(series, square));
  series = addTo(8.333333e-3, f32x4.mul(series, square));
  series = addTo(-0.16666667, f32x4.mul(series, square));
  series = addTo(1, f32x4.mul(series, square));
  return f32x4.mul(angle, series);
}

/** Taylor series to the 10th power: within 5e-7 on -pi/2 to pi/2. */
function cosine(angle: v128): v128 {
  const square = f32x4.mul(angle, angle);
  let series = f32x4.splat(-2.7557319e-7);
  series = addTo(2.4801587e-5, f32x4.mul(series, square));
  series = addTo(-1.3888889e-3, f32x4.mul(series, square));
  series = addTo(4.1666668e-2, f32x4.mul(series, square));
  series = addTo(-0.5, f32x4.mul(series, square));
  return addTo(1, f32x4.mul(series, square));
}

function addTo(constant: f32, values: v128): v128 {
  return f32x4.add(f32x4.splat(constant), values);
}

/** Stores four targets and the inputs that differ from them by `noise`. */
function put(bytes: v128, noise: v128, inputTo: usize, targetTo: usize): void {
  const clean = f32x4.div(f32x4.convert_i32x4_u(bytes), f32x4.splat(255));
  v128.store(targetTo, clean);
  v128.store(inputTo, f32x4.pmin(f32x4.pmax(f32x4.add(clean, noise), f32x4.splat(0)), f32x4.splat(1)));
}
