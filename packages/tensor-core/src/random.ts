/** The source of all randomness: seeded, saved and forked streams of numbers. */
import { philoxWords } from './backends/wasm/index.ts';
import { requireWhole } from './errors.ts';
import { showAs } from './format.ts';
import { observers, tell } from './observer.ts';
import { philox } from './philox.ts';

/** Where a generator stands, in a form that JSON keeps. */
export interface GeneratorState {
  readonly seed: number;
  /** Blocks of four words used so far. */
  readonly counter: number;
}

const WORD = 2 ** 32;

/** From so many words on, calling a kernel is quicker than the loop. */
const MANY = 64;

/** So many words at most are read ahead. */
const AHEAD = 1024;

// The third counter word keeps the uses of one key apart.
const STREAM = 0;
const FORK = 1;

/**
 * A stream of random numbers from a seed, the same on every machine and backend.
 *
 * The numbers come from Philox 4x32-10, a function of the seed and a counter: the state is two
 * numbers, and `fork` gives streams that never meet. Every call takes whole blocks of four 32-bit
 * words. Unlike PyTorch's, a generator belongs to no device.
 *
 * @throws RangeError unless the seed is a whole number from 0 to 2⁵³ - 1.
 *
 * @example
 * import { Generator, randint } from '@kasane/tensor-core';
 * const generator = new Generator(42);
 * const { state } = generator;
 * const first = randint(0, 100, [5], { generator }).toArray();
 * generator.state = state;
 * const again = randint(0, 100, [5], { generator }).toArray();
 * String(first) === String(again); // => true
 * @see https://doi.org/10.1145/2063384.2063405
 */
export class Generator {
  #seed: number;
  #counter = 0;
  // Words that single draws take next, of the blocks from #start on.
  #ahead = new Uint32Array(0);
  #start = 0;

  constructor(seed: number) {
    requireWhole('Generator', 'seed', seed);
    this.#seed = seed;
  }

  /** What the stream was started from. */
  get seed(): number {
    return this.#seed;
  }

  /**
   * Where the stream stands. Setting it continues from there; JSON keeps it.
   *
   * @throws RangeError if it is set to a seed or a counter that is no whole number ≥ 0.
   */
  get state(): GeneratorState {
    return { seed: this.#seed, counter: this.#counter };
  }

  set state(state: GeneratorState) {
    const { seed, counter } = Object(state) as GeneratorState; // null has none
    requireWhole('Generator', 'seed', seed);
    requireWhole('Generator', 'counter', counter);
    if (seed !== this.#seed) this.#ahead = new Uint32Array(0);
    this.#seed = seed;
    this.#counter = counter;
  }

  /**
   * A generator with an independent stream, from its start. It depends on the seed and the label
   * alone, so the same label gives the same stream however much was drawn before; a number is the
   * label it is written as.
   */
  fork(label: string | number): Generator {
    const block = new Uint32Array(4);
    const text = String(label);
    // Chained: each unit of the label is mixed with what came of those before it.
    this.#mix(block, text.length, 0, FORK, 0);
    for (let i = 0; i < text.length; i++) {
      this.#mix(block, block[0]!, block[1]!, FORK, text.charCodeAt(i) + 1);
    }
    return new Generator(block[0]! + (block[1]! >>> 11) * WORD);
  }

  /** A number in [0, 1) with 53 random bits. */
  random(): number {
    const at = this.#block('random');
    return fraction53(this.#ahead[at]!, this.#ahead[at + 1]!);
  }

  /**
   * A normally distributed number: mean 0, standard deviation 1.
   *
   * $\sqrt{-2 \ln u} \cos 2 \pi v$, with $u$ from (0, 1] and $v$ from [0, 1)
   */
  normal(): number {
    const at = this.#block('normal');
    const words = this.#ahead;
    // √(-2 ln u) cos 2πv, with u in (0, 1] so that its logarithm is finite.
    const u = 1 - fraction53(words[at]!, words[at + 1]!);
    const v = fraction53(words[at + 2]!, words[at + 3]!);
    return Math.sqrt(-2 * logarithm(u)) * cosine(v);
  }

  /**
   * A whole number in [0, bound), all equally likely; `bound` is at most 2³².
   *
   * @throws RangeError unless the bound is a whole number from 1 to 2³².
   */
  below(bound: number): number {
    requireWhole('below', 'the bound', bound, 1, WORD);
    for (;;) {
      const at = this.#block('below');
      for (let i = at; i < at + 4; i++) {
        const value = remainder(this.#ahead[i]!, bound);
        if (value >= 0) return value;
      }
    }
  }

  /** Fills `out` with 32-bit words. */
  words(out: Uint32Array): Uint32Array {
    if (observers !== null) tell('draws', 'words');
    this.#read(out);
    this.#counter += Math.ceil(out.length / 4);
    return out;
  }

  /** Takes the next block: where its four words stand in #ahead. */
  #block(method: string): number {
    if (observers !== null) tell('draws', method);
    let at = 4 * (this.#counter - this.#start);
    const { length } = this.#ahead;
    if (!(at >= 0 && at < length)) {
      // A generator that is asked again and again reads further ahead each time: by thousands words cost a tenth.
      this.#ahead = new Uint32Array(at === length ? Math.min(2 * length || 4, AHEAD) : 4);
      this.#start = this.#counter;
      this.#read(this.#ahead);
      at = 0;
    }
    this.#counter++;
    return at;
  }

  /** The words from the counter on. */
  #read(out: Uint32Array): void {
    const [low, high] = halves(this.#counter);
    if (out.length < MANY || !philoxWords(out, ...halves(this.#seed), low, high)) {
      this.#mix(out, low, high, STREAM, 0);
    }
  }

  /** Philox under the seed's 64 bits. */
  #mix(out: Uint32Array, low: number, high: number, use: number, extra: number): void {
    philox(out, ...halves(this.#seed), low, high, use, extra);
  }
}

showAs(Generator, ({ seed, state }) => `Generator(seed=${seed}, counter=${state.counter})`);

/** The two words of a number below 2⁶⁴, the lower one first. */
function halves(whole: number): [number, number] {
  return [whole % WORD, Math.floor(whole / WORD)];
}

/** 53 bits of two words as a number in [0, 1). @internal */
export function fraction53(high: number, low: number): number {
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) * 2 ** -53;
}

/**
 * cos 2πv for v in [0, 1], without a branch: for random numbers no processor foresees those of Math.cos, which
 * takes four times as long. @internal
 */
export function cosine(v: number): number {
  // It is sin x for an x between -π/2 and π/2, by the series x (1 - x²/(2·3) (1 - x²/(4·5) (1 - …
  const x = 2 * Math.PI * (Math.abs(v - 0.5) - 0.25);
  const z = x * x;
  let rest = 1 - z * (1 / 420);
  rest = 1 - z * (1 / 342) * rest;
  rest = 1 - z * (1 / 272) * rest;
  rest = 1 - z * (1 / 210) * rest;
  rest = 1 - z * (1 / 156) * rest;
  rest = 1 - z * (1 / 110) * rest;
  rest = 1 - z * (1 / 72) * rest;
  rest = 1 - z * (1 / 42) * rest;
  rest = 1 - z * (1 / 20) * rest;
  rest = 1 - z * (1 / 6) * rest;
  return x * rest;
}

const powers = Float64Array.from({ length: 33 }, (_, k) => 2 ** k);

/**
 * ln u for u in (0, 1], off by less than 1 ulp. `Math.log` has other last bits in other engines, and a seed is to give the same
 * numbers in all of them.
 *
 * With u = 2ᵏ (1 + f), 1 + f between √½ and √2, and s = f / (2 + f), ln(1 + f) is 2 artanh s = 2s + s R(s²): the form and the minimax polynomial of FreeBSD's log.
 *
 * @internal
 */
export function logarithm(u: number): number {
  const zeros = Math.clz32(u * 2 ** 31);
  if (zeros === 32) return logarithm(u * 2 ** 31) - 31 * Math.LN2; // one of two thousand millions
  const between = u * powers[zeros]!; // 1 and 2
  const above = Number(between > Math.SQRT2);
  const k = above - zeros;
  const f = between * (1 - 0.5 * above) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const even =
    z *
    (0.6666666666666735 +
      w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const half = 0.5 * f * f;
  return (
    k * 0.6931471803691238 - (half - (s * (half + odd + even) + k * 1.9082149292705877e-10) - f)
  );
}

/**
 * A word modulo `bound`, or -1 if the word lies past the last whole multiple of the bound in 2³²: such
 * words would favour small results. @internal
 */
export function remainder(word: number, bound: number): number {
  if (bound === WORD) return word;
  const value = (word >>> 0) % (bound >>> 0);
  return word - value + bound <= WORD ? value : -1;
}

// A fixed start: a program that seeds nothing still repeats itself.
const shared = new Generator(0);

/**
 * The generator of every random function that is given none. It starts from seed 0, so an unseeded
 * program gives the same numbers each time, unlike in PyTorch.
 *
 * @example
 * import { defaultGenerator, manualSeed } from '@kasane/tensor-core';
 * manualSeed(7);
 * defaultGenerator().seed; // => 7
 */
export function defaultGenerator(): Generator {
  return shared;
}

/**
 * Starts the default generator anew from a seed, and returns it.
 *
 * @throws RangeError unless the seed is a whole number from 0 to 2⁵³ - 1.
 *
 * @example
 * import { manualSeed, rand } from '@kasane/tensor-core';
 * manualSeed(1);
 * const a = rand([3]).toString();
 * manualSeed(1);
 * rand([3]).toString() === a; // => true
 */
export function manualSeed(seed: number): Generator {
  requireWhole('manualSeed', 'seed', seed);
  shared.state = { seed, counter: 0 };
  return shared;
}
