/** Normalisation and losses: assembly/normalize.ts, normalize-grad.ts and cross-entropy.ts. */
import {
  COSTLY,
  elements,
  LINE,
  MEMORY,
  SIMPLE,
  type KernelRecord,
  type KernelRecords,
} from './record.ts';

/** The loops over (batch, groups, inner). */
type Loops = 'batch' | 'groups' | 'inner' | 'groupStep';

/** By groups; `strides` from one to the next, of which `step` are the bytes between their elements. */
function byGroups<A extends string>(
  strides: (step: number, args: Readonly<Record<A | Loops, number>>) => Partial<Record<A, number>>,
): KernelRecord<A | Loops, A> {
  return {
    work: ['batch', 'groups', 'inner'],
    threshold: SIMPLE,
    split(args) {
      const { groups, groupStep }: Readonly<Record<Loops, number>> = args;
      // Groups side by side are done as columns are.
      if (groupStep === 1 && groups < 2 * LINE) return null;
      return {
        count: 'groups',
        strides: strides(4 * groupStep, args),
        unit: groupStep === 1 ? LINE : 1,
      };
    },
  };
}

/** The stride of γ or β: none where it is absent, or belongs to the elements of all groups. */
const ofGroup = (pointer: number, each: number): number => (pointer === 0 || each === 1 ? 0 : 4);

const affineByGroups = byGroups<'g' | 'x' | 'mean' | 'scale' | 'beta' | 'gamma'>((step) => {
  return { g: step, x: step, mean: 4, scale: 4, beta: 4, gamma: 4 };
});

type Loss = 'outer' | 'n' | 'inner' | 'classes';

/** By `outer`; bytes of what has an element for each line, for each class, and of the targets. */
function loss<A extends string>(
  strides: (line: number, whole: number, y: number) => Readonly<Record<A, number>>,
): KernelRecord<A | Loss, A> {
  return {
    work: ['outer', 'n', 'inner'],
    threshold: COSTLY,
    split(args) {
      const { n, inner, classes }: Readonly<Record<Loss, number>> = args;
      const line = 4 * inner;
      return {
        count: 'outer',
        strides: strides(line, line * n, classes === 1 ? line : line * n),
        unit: inner === 1 ? LINE : 1,
      };
    },
  };
}

export const normalization: KernelRecords = {
  affineGrad: {
    ...affineByGroups,
    // With `each`, sums belong to columns: every part takes some of all groups.
    split(args) {
      if (args.each !== 1) return affineByGroups.split(args);
      if (args.inner < 2 * LINE) return null;
      return { count: 'inner', strides: { g: 4, x: 4, beta: 4, gamma: 4 }, unit: LINE };
    },
  },
  counted: elements(MEMORY, { y: 4, out: 4 }),
  crossEntropy: loss((line, whole, y) => ({ x: whole, y, out: line })),
  crossEntropyGrad: loss((line, whole, y) => ({ g: line, x: whole, y, out: whole })),
  moments: byGroups((step) => ({ x: step, mean: 4, scale: 4, variance: 4 })),
  normalize: byGroups<'x' | 'mean' | 'scale' | 'gamma' | 'beta' | 'out' | 'each'>(
    (step, { gamma, beta, each }) => ({
      x: step,
      mean: 4,
      scale: 4,
      gamma: ofGroup(gamma, each),
      beta: ofGroup(beta, each),
      out: step,
    }),
  ),
  normalizeGrad: byGroups<'g' | 'x' | 'mean' | 'scale' | 'gamma' | 'out' | 'each'>(
    (step, { gamma, each }) => ({
      g: step,
      x: step,
      mean: 4,
      scale: 4,
      gamma: ofGroup(gamma, each),
      out: step,
    }),
  ),
};
