/**
 * The code of a loop over vectors: reads everything of a vector, computes, and only then writes, so
 * that results may lie where operands were.
 */
import type { Walk } from './elementwise.ts';
import {
  argument,
  floating,
  signed,
  unsigned,
  type CallArgument,
  type Defined,
} from './encoding.ts';
import { formulas, instructions } from './formulas.ts';

/** Something in a register: an operand from outside, the result of a step, or a number. */
export type Register =
  | { readonly kind: 'read'; readonly index: number }
  | { readonly kind: 'step'; readonly index: number };

export interface LoopStep {
  readonly kernel: string;
  readonly operands: readonly Register[];
  readonly numbers: readonly CallArgument[];
}

/** out[i, j] of several results, of (outer, inner) elements each. */
export interface Loop {
  readonly kind: 'loop';
  readonly outer: number;
  readonly inner: number;
  readonly reads: readonly { readonly base: CallArgument; readonly walk: Walk }[];
  readonly steps: readonly LoopStep[];
  readonly writes: readonly { readonly base: CallArgument; readonly step: number }[];
}

const SIMD = 0xfd;
const LOOP = 0x03;
const BRANCH_IF = 0x0d;
const END = 0x0b;
const VOID = 0x40;
const GET = 0x20;
const SET = 0x21;
const CONST = 0x41;
const LESS = 0x49; // unsigned
const PLUS = 0x6a;

/** The loop as a function without parameters; `relaxed` where the kernels fuse multiply and add. */
export function loopFunction(loop: Loop, relaxed: boolean): Omit<Defined, 'name'> {
  return new Coder(loop, relaxed).function();
}

class Coder {
  readonly #loop: Loop;
  readonly #relaxed: boolean;
  readonly #code: number[] = [];
  #locals = 0;
  // Bytes from the start of what is read along with the result, of a row, and of a column.
  readonly #at: number = this.#local();
  readonly #inRow: number = this.#local();
  readonly #row: number = this.#local();
  readonly #bases: readonly number[];
  readonly #addresses: number;
  readonly #reads: readonly number[];
  readonly #steps: readonly number[];
  readonly #numbers: readonly (readonly number[])[];

  constructor(loop: Loop, relaxed: boolean) {
    this.#loop = loop;
    this.#relaxed = relaxed;
    const { reads, steps, writes } = loop;
    this.#bases = [...reads, ...writes].map(() => this.#local());
    this.#addresses = this.#locals;
    this.#reads = reads.map(() => this.#local());
    this.#steps = steps.map(() => this.#local());
    this.#numbers = steps.map(({ numbers }) => numbers.map(() => this.#local()));
  }

  function(): Omit<Defined, 'name'> {
    const { outer, inner, reads, steps, writes } = this.#loop;
    [...reads, ...writes].forEach(({ base }, i) => {
      if (base.kind === 'load') this.#push(...argument('i', base), ...set(this.#bases[i]!));
    });
    steps.forEach(({ numbers }, i) => {
      numbers.forEach((value, k) => {
        this.#push(...argument('f', value), SIMD, 0x13, ...set(this.#numbers[i]![k]!)); // splat
      });
    });
    this.#load('scalar', 'load32_splat');
    if (outer === 1) this.#vectors(inner, this.#at);
    else {
      this.#repeat(() => {
        this.#load('column', 'load32_splat');
        this.#push(CONST, 0, ...set(this.#inRow));
        this.#vectors(inner, this.#inRow);
        this.#advance(this.#row, 4);
        return [...get(this.#at), CONST, ...signed(4 * outer * inner), LESS];
      });
    }
    const locals = 'i'.repeat(this.#addresses) + 'v'.repeat(this.#locals - this.#addresses);
    return { type: '', locals, code: this.#code };
  }

  /** A row: four elements at a time, and the rest one by one. `place` counts its bytes. */
  #vectors(length: number, place: number): void {
    const rest = length % 4;
    if (length >= 4) {
      this.#repeat(() => {
        this.#vector('load', 'store', 16);
        return [...get(place), CONST, ...signed(4 * (length - rest)), LESS];
      });
    }
    if (rest > 0) {
      this.#repeat(() => {
        this.#vector('load32_zero', 'store32_lane', 4);
        return [...get(place), CONST, ...signed(4 * length), LESS];
      });
    }
  }

  #vector(load: keyof typeof accesses, store: keyof typeof accesses, bytes: number): void {
    const { outer, reads, steps, writes } = this.#loop;
    this.#load('whole', load);
    this.#load('row', load);
    steps.forEach((step, i) => {
      for (const what of formulas.get(step.kernel)!) this.#instruction(what, step, i);
      this.#push(...set(this.#steps[i]!));
    });
    writes.forEach(({ base, step }, i) => {
      this.#access(base, this.#bases[reads.length + i]!, this.#at, get(this.#steps[step]!), store);
    });
    this.#advance(this.#at, bytes);
    if (outer > 1) this.#advance(this.#inRow, bytes);
  }

  #instruction(what: string, { operands }: LoopStep, step: number): void {
    const operand = 'abc'.indexOf(what);
    const number = 'pqr'.indexOf(what);
    if (operand >= 0) {
      const { kind, index } = operands[operand]!;
      this.#push(...get((kind === 'read' ? this.#reads : this.#steps)[index]!));
    } else if (number >= 0) this.#push(...get(this.#numbers[step]![number]!));
    else if (what === 'mul+') {
      if (!this.#relaxed) this.#simd('mul');
    } else if (what === '+add') this.#simd(this.#relaxed ? 'madd' : 'add');
    else if (what in instructions) this.#simd(what);
    else {
      const lane = floating('f', Number(what));
      this.#push(SIMD, 12, ...lane, ...lane, ...lane, ...lane); // v128.const
    }
  }

  #simd(what: string): void {
    this.#push(SIMD, ...unsigned(instructions[what]!));
  }

  /** Reads all operands that are walked through in this way. */
  #load(walk: Walk, how: keyof typeof accesses): void {
    this.#loop.reads.forEach(({ base, walk: own }, i) => {
      if (own !== walk) return;
      const index = { whole: this.#at, row: this.#inRow, column: this.#row, scalar: null }[walk];
      this.#access(base, this.#bases[i]!, index, [], how);
      this.#push(...set(this.#reads[i]!));
    });
  }

  /** Loads or stores at base + index. */
  #access(
    base: CallArgument,
    local: number,
    index: number | null,
    value: readonly number[],
    how: keyof typeof accesses,
  ): void {
    if (index === null) this.#push(CONST, 0);
    else this.#push(...get(index));
    if (base.kind === 'load') this.#push(...get(local), PLUS);
    const offset = base.kind === 'number' ? base.value : 0;
    this.#push(...value, SIMD, ...unsigned(accesses[how]), 2, ...unsigned(offset)); // aligned to 4
    if (how === 'store32_lane') this.#push(0);
  }

  #repeat(round: () => readonly number[]): void {
    this.#push(LOOP, VOID);
    const condition = round();
    this.#push(...condition, BRANCH_IF, 0, END);
  }

  #advance(local: number, bytes: number): void {
    this.#push(...get(local), CONST, bytes, PLUS, ...set(local));
  }

  #local(): number {
    return this.#locals++;
  }

  #push(...code: readonly number[]): void {
    this.#code.push(...code);
  }
}

const get = (local: number): readonly number[] => [GET, ...unsigned(local)];
const set = (local: number): readonly number[] => [SET, ...unsigned(local)];

const accesses = {
  load: 0,
  load32_splat: 9,
  load32_zero: 92,
  store: 11,
  store32_lane: 90,
} as const;
