/**
 * What the kernels of reductions share. A thread folds one group of elements, or, where a group is
 * long, a chunk of it, and further launches fold the chunks: quicker, and closer to the true sum.
 */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { indexSource } from '../backends/gpu/indexing.ts';
import { summed } from '../backends/gpu/summing.ts';
import type { GpuLaunch, OpDef } from '../op.ts';
import { sizeOf, stridesOf, type Shape } from '../shape.ts';

const CHUNK = 1024;

/** How the elements of a group become one number. */
export interface Fold {
  /** The name later folds and the result know the number by. */
  readonly name: string;
  /** What folding begins with; absent: with the first element. */
  readonly start?: string;
  /** What an element brings, in terms of the arrays' names and of earlier folds. */
  readonly map: string;
  /** Two such numbers as one. */
  merge(a: string, b: string): string;
  /** True if the numbers are added up. */
  readonly adds?: true;
  /** True if no part may be folded by itself, for it could overflow where the whole does not. */
  readonly inOrder?: true;
  /** The result, in terms of `total`, earlier folds and scalars; by default `total`. */
  readonly finish?: string;
}

/** Σ map. */
export function sumOf(map: string, finish?: string, name: string = 'sum'): Fold {
  const merge = (a: string, b: string): string => `${a} + ${b}`;
  return { name, start: '0', map, merge, adds: true, ...(finish === undefined ? {} : { finish }) };
}

/** The largest x, or NaN if there is one. */
export const largestOf: Fold = {
  name: 'largest',
  map: 'x',
  merge: (a, b) => `larger(${a}, ${b})`,
};

/** Launches in the making; arrays are known by position, as `GpuLaunch.inputs` counts them. */
class Plan {
  readonly launches: GpuLaunch[] = [];
  readonly #inputs: number;

  constructor(inputs: number) {
    this.#inputs = inputs;
  }

  /** Appends a launch and gives the position of its result. */
  add(launch: GpuLaunch): number {
    this.launches.push(launch);
    return this.#inputs + this.launches.length - 1;
  }
}

/** An array of the plan under the name that sources use. */
interface Named {
  readonly name: string;
  readonly at: number;
}

interface Groups {
  /** Arrays of `shape`, read together. */
  readonly arrays: readonly Named[];
  readonly shape: Shape;
  readonly dims: readonly number[];
  /** Arrays with one number per group: the earlier folds. */
  readonly known: readonly Named[];
  readonly scalars: Readonly<Record<string, number>>;
}

/** Plans one fold; gives the position of the array with one number per group. */
function planFold(plan: Plan, groups: Groups, fold: Fold): number {
  const { arrays, shape, dims, known, scalars } = groups;
  const strides = stridesOf(shape);
  const kept = shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const pick = (list: readonly number[], of: readonly number[]): number[] =>
    of.map((d) => list[d]!);
  const n = sizeOf(pick(shape, dims));
  const count = sizeOf(pick(shape, kept));
  const chunk = fold.inOrder === true ? Math.max(1, n) : CHUNK;
  const chunks = Math.max(1, Math.ceil(n / chunk));
  const last = chunks === 1;
  const length = Math.min(n, chunk);
  const { map, merge, start, finish = 'total' } = fold;
  /** What element t of the chunk does to the variable `into`. */
  const step = (t: string, into: string): string => `
    const j = chunk * ${chunk} + ${t};
    ${last ? '' : `if (j < ${n}) {`}
      ${indexSource('offset', pick(shape, dims), pick(strides, dims), 0, 'j')}
      const at = base + offset;
      ${arrays.map(({ name }) => `const ${name} = ${name}Array[at];`).join('\n')}
      const term = ${map};
      ${
        start === undefined
          ? `if (${t} < 1) { ${into} = term; } else { ${into} = ${merge(into, 'term')}; }`
          : `${into} = ${merge(into, 'term')};`
      }
    ${last ? '' : '}'}`;
  const loop =
    fold.adds === true
      ? summed(length, ['total'], (t, [into]) => step(t, into!))
      : `for (let t = 0; t < this.constants.length; t++) { ${step('t', 'total')} }`;
  const position = plan.add({
    source: `function (${[...arrays, ...known]
      .map(({ name }) => `${name}Array`)
      .concat(Object.keys(scalars))
      .join(', ')}) {
      const group = floorDiv(this.thread.x, ${chunks});
      const chunk = this.thread.x - group * ${chunks};
      ${indexSource('base', pick(shape, kept), pick(strides, kept), 0, 'group')}
      ${known.map(({ name }) => `const ${name} = ${name}Array[group];`).join('\n')}
      let total = ${start ?? '0'};
      ${loop}
      return ${last ? finish : 'total'};
    }`,
    constants: { length },
    inputs: [...arrays, ...known].map(({ at }) => at),
    scalars: Object.values(scalars),
    size: count * chunks,
  });
  if (last) return position;
  const parts: Named = { name: 'chunkResult', at: position };
  const rest: Groups = { arrays: [parts], shape: [count, chunks], dims: [1], known, scalars };
  return planFold(plan, rest, { ...fold, map: 'chunkResult' });
}

/** How a reduction is computed: folds, of which the last is the result. */
interface Reduction {
  readonly folds: readonly Fold[];
  readonly scalars?: Readonly<Record<string, number>>;
}

/**
 * The kernel of a reduction of `x`; `count` is the number of elements that become one. `ofNothing` is
 * the result where there are none, if the folds do not say so by themselves.
 */
export function reductionKernel<A extends { readonly dims: readonly number[] }>(
  op: OpDef<A>,
  reduction: (attrs: A, count: number) => Reduction,
  ofNothing?: number,
): GpuEntry {
  return kernel(op, ([x], attrs) => {
    const plan = new Plan(1);
    const count = sizeOf(attrs.dims.map((d) => x!.shape[d]!));
    const { folds, scalars = {} }: Reduction =
      count === 0 && ofNothing !== undefined
        ? { folds: [sumOf('x', 'total + nothing')], scalars: { nothing: ofNothing } }
        : reduction(attrs, count);
    const known: Named[] = [];
    for (const fold of folds) {
      const groups: Groups = {
        arrays: [{ name: 'x', at: 0 }],
        shape: x!.shape,
        dims: attrs.dims,
        known,
        scalars,
      };
      known.push({ name: fold.name, at: planFold(plan, { ...groups, known: [...known] }, fold) });
    }
    return plan.launches;
  });
}

// Up to here a thread that folds its whole line is quicker than launches of their own.
const SHORT_LINE = 64;

/**
 * The kernel of an op that gives every element of a line along `dim` a value that depends on folds
 * over the line: softmax and its like. `names` are the inputs, which have one shape.
 */
export function lineKernel(
  op: OpDef<{ readonly dim: number }>,
  names: readonly string[],
  folds: readonly Fold[],
  result: string,
): GpuEntry {
  return kernel(op, (inputs, { dim }) => {
    const { shape } = inputs[0]!;
    const n = shape[dim] ?? 1; // of a scalar the line is itself
    const inner = sizeOf(shape.slice(dim + 1));
    const place = `
      const outer = floorDiv(this.thread.x, ${n * inner});
      const within = this.thread.x - outer * ${n * inner};
      const column = within - floorDiv(within, ${inner}) * ${inner};`;
    const arrays = names.map((name, at) => ({ name, at }));
    const element = (at: string): string =>
      names.map((name) => `const ${name} = ${name}Array[${at}];`).join('\n');
    if (n <= SHORT_LINE) {
      const loops = folds.map(
        ({ name, start, map, merge }) => `
          let ${name} = ${start ?? '0'};
          for (let t = 0; t < this.constants.n; t++) {
            ${element(`first + t * ${inner}`)}
            const part = ${map};
            ${
              start === undefined
                ? `if (t < 1) { ${name} = part; } else { ${name} = ${merge(name, 'part')}; }`
                : `${name} = ${merge(name, 'part')};`
            }
          }`,
      );
      return {
        source: `function (${names.map((name) => `${name}Array`).join(', ')}) {
          ${place}
          const first = outer * ${n * inner} + column;
          ${loops.join('\n')}
          ${element('this.thread.x')}
          return ${result};
        }`,
        constants: { n },
      };
    }
    const plan = new Plan(inputs.length);
    const known: Named[] = [];
    for (const fold of folds) {
      const groups: Groups = { arrays, shape, dims: [dim], known: [...known], scalars: {} };
      known.push({ name: fold.name, at: planFold(plan, groups, fold) });
    }
    plan.add({
      source: `function (${[...arrays, ...known].map(({ name }) => `${name}Array`).join(', ')}) {
        ${place}
        const group = outer * ${inner} + column;
        ${known.map(({ name }) => `const ${name} = ${name}Array[group];`).join('\n')}
        ${element('this.thread.x')}
        return ${result};
      }`,
      inputs: [...arrays, ...known].map(({ at }) => at),
    });
    return plan.launches;
  });
}
