/** Which kernels are shared between threads, from how much work on, and how a call is cut into parts. */
import type { Threshold } from './gate.ts';

/**
 * A call, and how to make a part of it: one argument counts what is shared out; the others grow by
 * their `moves` for each that is left to the parts before.
 */
export interface Cut {
  /** The kernel for parts, where that is another. */
  readonly kernel: string;
  readonly args: readonly number[];
  /** The argument that counts. */
  readonly count: number;
  readonly moves: readonly number[];
  /** A part has a multiple of so many: whole vectors, cache lines or register blocks. */
  readonly unit: number;
  /** Every part repeats some work, so there is one for each thread and not more. */
  readonly coarse?: boolean;
}

/** How a kernel is shared. */
export interface Sharing extends Threshold {
  /** Null for a call that is better left to one thread. */
  cut(kernel: string, args: readonly number[]): Cut | null;
  /** The argument that points to memory of which every thread needs its own. */
  readonly scratch?: number;
  /** Parts add to what is there, so that none can be done a second time. */
  readonly adds?: boolean;
}

/**
 * The elements from which calls are shared: about 20 µs of work on one thread. On two cores, with other
 * programs beside, handing over a call cost 1.4 to 3.6 µs, and the shortest times of two threads were better
 * than those of one by 1.34 for 2¹³ exponentials (1.10 for half as many), 1.5 for 2¹¹ tangents, 1.18 for 2¹⁷
 * sums of two, 1.1 for 2¹⁶ `combine` and for the total of 2¹⁸, 1.41 for a product of 80³ (0.97 for 64³).
 * Kernels not named here have the limit of those that take as long on one thread.
 */
const SUM = 2 ** 18;
const MEMORY = 2 ** 17; // one operation for each element that is read or written
const SIMPLE = 2 ** 16; // some operations
const COSTLY = 2 ** 13; // exponentials, logarithms and what is made of them
const SCALAR = 2 ** 11; // one element at a time in float64
const PRODUCT = 2 ** 19; // multiplications of a matrix product: 80³

/** Elements of a cache line. */
const LINE = 16;

/** Elements `n` at argument `count`, of pointers to elements of so many bytes. */
function elements(
  from: number,
  count: number,
  moves: readonly number[],
  unit: number = LINE,
): Sharing {
  return {
    size: [count],
    from,
    cut: (kernel, args) => ({ kernel, args, count, moves, unit }),
  };
}

type Four = [number, number, number, number];
type Six = [...Four, number, number];

/** (a, b, out, outer, inner, …), out of so many bytes: by rows, or within the only one. */
function broadcast(from: number, bytes: number): Sharing {
  return {
    size: [3, 4],
    from,
    cut(kernel, args) {
      const [outer, inner, aOuter, aInner, bOuter, bInner] = args.slice(3) as Six;
      if (outer > 1) {
        const moves = [4 * aOuter, 4 * bOuter, bytes * inner];
        return { kernel, args, count: 3, moves, unit: 1 };
      }
      return { kernel, args, count: 4, moves: [4 * aInner, 4 * bInner, bytes], unit: 64 / bytes };
    },
  };
}

/**
 * (operands, out, outer, n, inner, …): by `outer`, or by columns. `outer` is the argument of that name;
 * `whole` if the result has n elements for every column, too.
 */
function lanes(from: number, outer: number, whole: boolean = false): Sharing {
  return {
    size: [outer, outer + 1, outer + 2],
    from,
    cut(kernel, args) {
      const n = args[outer + 1]!;
      const inner = args[outer + 2]!;
      const moves = (size: number): number[] => {
        return [...Array<number>(outer - 1).fill(4 * size * n), 4 * size * (whole ? n : 1)];
      };
      if (args[outer]! > 1) {
        return { kernel, args, count: outer, moves: moves(inner), unit: 1 };
      }
      if (inner < 2 * LINE) return null;
      return {
        kernel: `${kernel}Part`,
        args: [...args, inner],
        count: outer + 2,
        moves: Array<number>(outer).fill(4),
        unit: LINE,
      };
    },
  };
}

/** (x, out, d0, d1, d2, d3, s0, s1, s2, s3, offset), elements of so many bytes: by the outermost dimension. */
function strided(bytes: number): Sharing {
  return {
    size: [2, 3, 4, 5],
    from: SIMPLE,
    cut(kernel, args) {
      const sizes = args.slice(2, 6);
      const d = sizes.findIndex((size) => size > 1);
      if (d < 0) return null;
      const below = sizes.slice(d + 1).reduce((a, b) => a * b, 1);
      const moves = [bytes * args[6 + d]!, bytes * below];
      // Four rows at a time are turned in registers.
      return { kernel, args, count: 2 + d, moves, unit: d === 3 ? 64 / bytes : d === 2 ? 4 : 1 };
    },
  };
}

/** Blocks of registers of the product, and the sizes that gemm computes without packing. */
const [BLOCK_ROWS, BLOCK_COLUMNS, SMALL] = [12, 8, 4096];

/** Moves of the arguments from `at` on. */
const after = (at: number, ...moves: number[]): number[] => [
  ...Array<number>(at).fill(0),
  ...moves,
];

/** gemm, and gemmBatch, which has three arguments more. */
const product: Sharing = {
  size: [3, 4, 5],
  from: PRODUCT,
  scratch: 8,
  cut(kernel, args) {
    const [m, n, k] = args.slice(3) as [number, number, number]; // both take them
    const [batch = 1, aStep = 0, bStep = 0] = args.slice(9);
    if (batch > 1) {
      return { kernel, args, count: 9, moves: [4 * aStep, 4 * bStep, 4 * m * n], unit: 1 };
    }
    // Narrow products take paths that are not shared.
    if (m <= 4 || n === 1 || n * k <= SMALL) return null;
    const byRows = m >= n;
    return {
      kernel: 'gemmPart',
      args: [...args.slice(0, 9), 0, m, 0, n],
      count: byRows ? 10 : 12,
      moves: after(byRows ? 9 : 11, 1),
      unit: byRows ? BLOCK_ROWS : BLOCK_COLUMNS,
      coarse: true,
    };
  },
};

/** A recurrent kernel, whose last two arguments are a batch row and how many; rows do not meet. */
function recurrent(row: number): Sharing {
  return {
    size: [1, 2, 3, 3], // steps, rows, and hidden units by hidden units
    from: PRODUCT,
    cut(kernel, args) {
      return { kernel, args, count: row + 1, moves: after(row, 1), unit: 1, coarse: true };
    },
  };
}

/** A kernel of normalisation, by groups; `groups` is the argument that counts them, `moves` get 4 groupStep. */
function normalisation(
  groups: number,
  moves: (step: number, args: readonly number[]) => number[],
): Sharing {
  return {
    size: [groups - 1, groups, groups + 1],
    from: SIMPLE,
    cut(kernel, args) {
      const step = args[groups + 3]!;
      // Groups side by side are done as columns are.
      if (step === 1 && args[groups]! < 2 * LINE) return null;
      const unit = step === 1 ? LINE : 1;
      return { kernel, args, count: groups, moves: moves(4 * step, args), unit };
    },
  };
}

/** The move of γ or β, at argument `i`: none where it is absent, or belongs to the elements of all groups. */
const ofGroup = (args: readonly number[], i: number): number =>
  args[i] === 0 || args[11] === 1 ? 0 : 4;

const affineByGroups = normalisation(7, (step) => [step, step, 4, 4, 4, 4]);

/** crossEntropy and its gradient, which has g before x and a result of its size, by `outer`. */
function crossEntropy(outer: number): Sharing {
  return {
    size: [outer, outer + 1, outer + 2],
    from: COSTLY,
    cut(kernel, args) {
      const [n, inner, classes] = args.slice(outer + 1) as [number, number, number]; // both take them
      const line = 4 * inner;
      const whole = line * n;
      const y = classes === 1 ? line : whole;
      const moves = outer === 4 ? [line, whole, y, whole] : [whole, y, line];
      return { kernel, args, count: outer, moves, unit: inner === 1 ? LINE : 1 };
    },
  };
}

/** By matrices; the rows of an only one, of which each part does as many products. */
const attentionWeights: Sharing = {
  size: [5, 6, 7, 8],
  from: PRODUCT,
  scratch: 4,
  cut(kernel, args) {
    const [batch, t, s, d, maskStep, maskRow] = args.slice(5) as Six;
    if (batch > 1) {
      const moves = [4 * t * d, 4 * s * d, 4 * maskStep, 4 * t * s];
      return { kernel, args, count: 5, moves, unit: 1 };
    }
    const moves = [4 * d, 0, 4 * maskRow, 4 * s, ...Array<number>(7).fill(0), 1];
    return { kernel, args, count: 6, moves, unit: BLOCK_ROWS };
  },
};

/**
 * A kernel that takes the first of a range, and how many, at `first` and the argument after; `size` are the
 * arguments whose product is the work.
 */
function range(from: number, first: number, size: readonly number[]): Sharing {
  return {
    size,
    from,
    cut(kernel, args) {
      return { kernel, args, count: first + 1, moves: after(first, 1), unit: 1 };
    },
  };
}

/** A convolution: pairs of channels, elements of a window and places; every part packs what it reads. */
function convolution(first: number): Sharing {
  // After the range: images, groups, channels in and out, input, kernel and output sizes.
  const [images, groups, channels, filters] = [2, 3, 4, 5].map((i) => first + i) as Four;
  const [kernel, places] = [first + 9, first + 12];
  const sizes = [kernel, kernel + 1, kernel + 2, places, places + 1, places + 2];
  const shared = range(PRODUCT, first, [images, groups, channels, filters, ...sizes]);
  return {
    ...shared,
    scratch: first - 1,
    cut: (name, args) => ({ ...shared.cut(name, args)!, coarse: true }),
  };
}

const table = (names: string, sharing: Sharing): Record<string, Sharing> =>
  Object.fromEntries(names.split(' ').map((name) => [name, sharing]));

export const sharings: Readonly<Record<string, Sharing>> = {
  ...table(
    'abs ceil floor hardsigmoid intToFloat leakyRelu neg reciprocal relu round rsqrt sign sqrt square clamp',
    elements(MEMORY, 2, [4, 4]),
  ),
  ...table(
    'celu cos elu erf exp expm1 gelu geluTanh log log1p mish selu sigmoid silu sin softplus tanh',
    elements(COSTLY, 2, [4, 4]),
  ),
  ...table('acos asin atan cosh sinh tan', elements(SCALAR, 2, [4, 4])),
  boolToFloat: elements(MEMORY, 2, [1, 4]),
  ...table('add div maximum minimum mul reluGrad sigmoidGrad sub tanhGrad', broadcast(MEMORY, 4)),
  ...table('equal greater greaterEqual less lessEqual notEqual', broadcast(SIMPLE, 1)),
  ...table('atan2 pow', broadcast(SCALAR, 4)),
  where: {
    ...elements(SIMPLE, 4, []),
    cut(kernel, args) {
      const moves = [args[5]!, 4 * args[6]!, 4 * args[7]!, 4];
      return { kernel, args, count: 4, moves, unit: LINE };
    },
  },
  ...table('sum mean', lanes(SUM, 2)),
  ...table('argmax argmin max min norm2 prod std variance', lanes(SIMPLE, 2)),
  logSumExp: lanes(COSTLY, 2),
  ...table('softmax logSoftmax', lanes(COSTLY, 2, true)),
  softmaxGrad: lanes(SIMPLE, 3, true),
  logSoftmaxGrad: lanes(COSTLY, 3, true),
  counted: elements(MEMORY, 2, [4, 4]),
  crossEntropy: crossEntropy(3),
  crossEntropyGrad: crossEntropy(4),
  attentionWeights,
  moments: normalisation(5, (step) => [step, 4, 4, 4]),
  normalize: normalisation(7, (step, args) => {
    return [step, 4, 4, ofGroup(args, 3), ofGroup(args, 4), step];
  }),
  normalizeGrad: normalisation(7, (step, args) => {
    return [step, step, 4, 4, ofGroup(args, 4), step];
  }),
  affineGrad: {
    ...affineByGroups,
    // With `each`, sums belong to columns: every part takes some of all groups.
    cut(kernel, args) {
      if (args[11] !== 1) return affineByGroups.cut(kernel, args);
      if (args[8]! < 2 * LINE) return null;
      return { kernel, args, count: 8, moves: [4, 4, 0, 0, 4, 4], unit: LINE };
    },
  },
  ...table('cumsum cumprod', lanes(SIMPLE / 2, 2, true)),
  gemm: product,
  recurrentForward: recurrent(16),
  recurrentBackward: recurrent(18),
  ...table('convForward convInput', convolution(5)),
  convWeight: convolution(4),
  maxPoolIndices: range(SIMPLE, 2, [3, 6, 7, 8, 9]), // planes, windows and their sizes
  ...table('takePlanes putPlanes', range(SIMPLE, 3, [4, 6])),
  ...table('avgPool avgPoolInput', range(SIMPLE, 2, [3, 7, 8, 9, 10])),
  ...table('interpolate interpolateBack', range(SIMPLE, 4, [5, 7, 8])),
  gemmBatch: { ...product, size: [3, 4, 5, 9] },
  stridedCopy: strided(4),
  stridedCopy1: strided(1),
  stridedCopy8: strided(8),
  fill: elements(MEMORY, 1, [4]),
  fillBytes: elements(4 * MEMORY, 1, [1], 64),
  copy: {
    ...elements(4 * MEMORY, 2, []),
    cut(kernel, args) {
      const [out, x, bytes] = args as [number, number, number]; // the kernel takes so many
      // Parts of regions that overlap would have to be copied one after the other.
      if (Math.abs((out >>> 0) - (x >>> 0)) < bytes) return null;
      return { kernel, args, count: 2, moves: [1, 1], unit: 64 };
    },
  },
  gatherRows: {
    size: [3, 4],
    from: MEMORY,
    cut(kernel, args) {
      return { kernel, args, count: 3, moves: [0, 4, 4 * args[4]!], unit: 1 };
    },
  },
  scatterAddRows: {
    size: [3, 4],
    from: SIMPLE,
    adds: true,
    // Rows may go to the same place, and must be added in order: every part takes some columns of all.
    cut(kernel, args) {
      const width = args[4]!;
      if (width < 2 * LINE) return null;
      return {
        kernel: `${kernel}Part`,
        args: [...args, width],
        count: 4,
        moves: [4, 0, 4],
        unit: LINE,
      };
    },
  },
  ...table('combine combineSquare', elements(SIMPLE, 3, [4, 4, 4])),
  addQuotient: elements(SIMPLE, 4, [4, 4, 4, 4]),
  philoxWords: {
    ...elements(COSTLY, 1, []),
    // A block of the generator has four words; a carry into the upper half of the counter is left alone.
    cut(kernel, args) {
      if ((args[4]! >>> 0) + args[1]! / 4 >= 2 ** 32) return null;
      return { kernel, args, count: 1, moves: [4, 0, 0, 0, 0.25], unit: LINE };
    },
  },
};
