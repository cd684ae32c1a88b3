/**
 * Random numbers for one draw, from two words of a generator. Draws by rejection need nobody knows how many, so
 * each has a stream of its own: whatever is drawn beside it, and on every backend, it comes out the same.
 *
 * The generator is Doty-Humphrey's sfc32, which passes PractRand and BigCrush.
 */
const state = new Int32Array(4);

/** Starts the stream of two words. */
export function startStream(first: number, second: number): void {
  let a = first;
  let b = second;
  let c = 0x9e3779b9 | 0;
  // As below, in variables, which takes a third of the time.
  for (let counter = 1; counter <= 12; counter++) {
    const out = (((a + b) | 0) + counter) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = 13;
}

function word(): number {
  const [a, b, c, counter] = [state[0]!, state[1]!, state[2]!, state[3]!];
  const out = (((a + b) | 0) + counter) | 0;
  state[0] = b ^ (b >>> 9);
  state[1] = c + (c << 3);
  state[2] = ((c << 21) | (c >>> 11)) + out;
  state[3] = counter + 1;
  return out;
}

/** A number between 0 and 1, neither of which comes up; 53 random bits. */
export function streamUniform(): number {
  return ((word() >>> 5) * 2 ** 26 + (word() >>> 6) + 0.5) * 2 ** -53;
}

/** A standard normal number, by Box and Muller's method. */
export function streamNormal(): number {
  return Math.sqrt(-2 * Math.log(streamUniform())) * Math.cos(2 * Math.PI * streamUniform());
}
