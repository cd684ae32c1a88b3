/**
 * Random numbers for one draw, from two words of a generator. Draws by rejection need nobody knows how many, so
 * each has a stream of its own: whatever is drawn beside it, and on every backend, it comes out the same.
 *
 * The generator is Doty-Humphrey's sfc32, which passes PractRand and BigCrush.
 */
let [a, b, c, counter] = [0, 0, 0, 1];

/** Starts the stream of two words. */
export function startStream(first: number, second: number): void {
  a = first;
  b = second;
  c = 0x9e3779b9 | 0;
  counter = 1;
  for (let i = 0; i < 12; i++) word();
}

function word(): number {
  const out = (((a + b) | 0) + counter) | 0;
  counter = (counter + 1) | 0;
  a = b ^ (b >>> 9);
  b = (c + (c << 3)) | 0;
  c = (((c << 21) | (c >>> 11)) + out) | 0;
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
