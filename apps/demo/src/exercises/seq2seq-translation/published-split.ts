/**
 * Which sentences of small_parallel_enja the published runs have learned from: 4 of 5, as scikit-learn's `train_test_split` with
 * `random_state=42` chooses them, which shuffles with numpy's older generator.
 */

const N = 624;
const M = 397;

/** The Mersenne Twister, as numpy's `RandomState(seed)` starts it: 32 bits at a time. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(N);
  state[0] = seed;
  for (let i = 1; i < N; i++) {
    const before = state[i - 1]!;
    state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
  }
  let at = N;
  return () => {
    if (at === N) {
      for (let i = 0; i < N; i++) {
        const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
        state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let y = state[at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

/** 0 to n - 1 in the order of numpy's `RandomState(seed).permutation(n)`. */
export function permutation(n: number, seed: number): Int32Array {
  const draw = mersenneTwister(seed);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const mask = 2 ** (32 - Math.clz32(i)) - 1;
    let j = draw() & mask;
    while (j > i) j = draw() & mask; // masks of 31 bits at most: no sign
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The sentences that are learned from, in the order of the published runs; a fifth is left out. */
export function publishedSplit<T>(sentences: readonly T[]): T[] {
  const order = permutation(sentences.length, 42);
  return [...order.subarray(Math.ceil(sentences.length / 5))].map((i) => sentences[i]!);
}
