/**
 * The code of a loop over vectors: reads everything of a vector, computes, and only then writes, so
 * that results may lie where operands were.
 */
import type { Walk } from './elementwise.ts';
import { floating, unsigned, type Defined } from './encoding.ts';
import { formulas, instructions, type Step } from './formulas.ts';

/** Something in a register: an operand from outside, or the result of a step. */
export interface Register {
  readonly kind: 'read' | 'step';
  readonly index: number;
}

/**
 * What is done with every element. As a function it takes the addresses of what is read and written,
 * the numbers of rows and of elements in a row, and the numbers of the steps, one after the other; so
 * loops that do the same are one function, whatever they do it with.
 */
export interface Loop {
  readonly reads: readonly Walk[];
  readonly steps: readonly {
    readonly kernel: string;
    readonly operands: readonly Register[];
    /** How many numbers the kernel has. */
    readonly numbers: number;
  }[];
  /** The steps whose results are written. */
  readonly writes: readonly number[];
}

const SIMD = 0xfd;
const LOOP = 0x03;
const IF = 0x04;
const BRANCH_IF = 0x0d;
const END = 0x0b;
const VOID = 0x40;
const GET = 0x20;
const SET = 0x21;
const CONST = 0x41;
const AT_LEAST = 0x4e; // signed
const ADD = 0x6a;
const SPLAT = 0x13;

const accesses = {
  load: 0,
  load32_splat: 9,
  load32_zero: 92,
  store: 11,
  store32_lane: 90,
} as const;

/** The loop as a function; `relaxed` where the kernels fuse multiply and add. */
export function loopFunction(loop: Loop, relaxed: boolean): Omit<Defined, 'name'> {
  return new Coder(loop, relaxed).function();
}

/** The type of its function, as in kernels/signatures.gen.ts. */
export function loopType({ reads, steps, writes }: Loop): string {
  const numbers = steps.reduce((sum, step) => sum + step.numbers, 0);
  return 'i'.repeat(reads.length + writes.length + 2) + 'f'.repeat(numbers);
}

class Coder {
  readonly #loop: Loop;
  readonly #relaxed: boolean;
  readonly #code: number[] = [];
  #locals = 0;
  readonly #sources: readonly number[];
  readonly #targets: readonly number[];
  readonly #outer: number;
  readonly #inner: number;
  /** What is left of a row. */
  readonly #left: number;
  /** Bytes from the start of what is read along with the result, of a row, and of a column. */
  readonly #places: Readonly<Record<'whole' | 'row' | 'column', number>>;
  readonly #reads: readonly number[];
  readonly #steps: readonly number[];
  readonly #numbers: readonly (readonly number[])[];
  readonly #inRows: boolean;

  constructor(loop: Loop, relaxed: boolean) {
    this.#loop = loop;
    this.#relaxed = relaxed;
    const { reads, steps, writes } = loop;
    this.#inRows = reads.some((walk) => walk === 'row' || walk === 'column');
    const local = (): number => this.#locals++;
    this.#sources = reads.map(local);
    this.#targets = writes.map(local);
    this.#outer = local();
    this.#inner = local();
    const given = steps.map(({ numbers }) => Array.from({ length: numbers }, local));
    this.#left = local();
    this.#places = { whole: local(), row: local(), column: local() };
    this.#reads = reads.map(local);
    this.#steps = steps.map(local);
    this.#numbers = given.map((numbers) => numbers.map(local));
    given.forEach((numbers, i) => {
      numbers.forEach((number, k) => {
        this.#push(...get(number), SIMD, SPLAT, ...set(this.#numbers[i]![k]!));
      });
    });
  }

  function(): Omit<Defined, 'name'> {
    const type = loopType(this.#loop);
    this.#load('scalar', 'load32_splat');
    if (this.#inRows) {
      this.#repeat(this.#outer, 1, () => {
        this.#load('column', 'load32_splat');
        this.#push(CONST, 0, ...set(this.#places.row));
        this.#row();
        this.#advance(this.#places.column, 4);
      });
    } else this.#row();
    const locals = 'iiii' + 'v'.repeat(this.#locals - type.length - 4);
    return { type, locals, code: this.#code };
  }

  /** Four elements at a time, and the rest one by one. */
  #row(): void {
    this.#push(...get(this.#inner), ...set(this.#left));
    this.#repeat(this.#left, 4, () => this.#vector('load', 'store', 16));
    this.#repeat(this.#left, 1, () => this.#vector('load32_zero', 'store32_lane', 4));
  }

  #vector(load: keyof typeof accesses, store: keyof typeof accesses, bytes: number): void {
    const { steps, writes } = this.#loop;
    this.#load('whole', load);
    this.#load('row', load);
    steps.forEach(({ kernel, operands }, i) => {
      for (const what of formulas.get(kernel)!) this.#step(what, operands, i);
      this.#push(...set(this.#steps[i]!));
    });
    writes.forEach((step, i) => {
      this.#address(this.#targets[i]!, this.#places.whole);
      this.#push(...get(this.#steps[step]!));
      this.#access(store);
    });
    this.#advance(this.#places.whole, bytes);
    if (this.#inRows) this.#advance(this.#places.row, bytes);
  }

  #step(what: Step, operands: readonly Register[], step: number): void {
    if (what.kind === 'operand') {
      const { kind, index } = operands[what.index]!;
      this.#push(...get((kind === 'read' ? this.#reads : this.#steps)[index]!));
    } else if (what.kind === 'number') this.#push(...get(this.#numbers[step]![what.index]!));
    else if (what.kind === 'constant') {
      const lane = floating('f', what.value);
      this.#push(SIMD, 12, ...lane, ...lane, ...lane, ...lane); // v128.const
    } else if (what.name === 'mul+') {
      if (!this.#relaxed) this.#simd('mul');
    } else if (what.name === '+add') this.#simd(this.#relaxed ? 'madd' : 'add');
    else this.#simd(what.name);
  }

  #simd(what: string): void {
    this.#push(SIMD, ...unsigned(instructions[what]!));
  }

  /** Reads all operands that are walked through in this way. */
  #load(walk: Walk, how: keyof typeof accesses): void {
    this.#loop.reads.forEach((own, i) => {
      if (own !== walk) return;
      this.#address(this.#sources[i]!, walk === 'scalar' ? null : this.#places[walk]);
      this.#access(how);
      this.#push(...set(this.#reads[i]!));
    });
  }

  #address(start: number, place: number | null): void {
    this.#push(...get(start));
    if (place !== null) this.#push(...get(place), ADD);
  }

  #access(how: keyof typeof accesses): void {
    this.#push(SIMD, accesses[how], 2, 0); // aligned to 4 bytes, no offset
    if (how === 'store32_lane') this.#push(0);
  }

  /** Does something for every `unit` of what `counter` counts, as long as there is that much. */
  #repeat(counter: number, unit: number, round: () => void): void {
    const enough = [...get(counter), CONST, unit, AT_LEAST];
    this.#push(...enough, IF, VOID, LOOP, VOID);
    round();
    this.#advance(counter, -unit);
    this.#push(...enough, BRANCH_IF, 0, END, END);
  }

  /** `bytes` between -64 and 63. */
  #advance(local: number, bytes: number): void {
    this.#push(...get(local), CONST, bytes & 127, ADD, ...set(local));
  }

  #push(...code: readonly number[]): void {
    this.#code.push(...code);
  }
}

const get = (local: number): readonly number[] => [GET, ...unsigned(local)];
const set = (local: number): readonly number[] => [SET, ...unsigned(local)];
