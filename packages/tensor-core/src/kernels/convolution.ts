/** Convolution, pooling and interpolation: assembly/conv.ts, conv-weight.ts, pool.ts and interpolate.ts. */
import { PRODUCT, range, SIMPLE, type KernelRecord, type KernelRecords } from './record.ts';

/** Pairs of channels, elements of a window, and places. */
const products = [
  ...(['batch', 'groups', 'inChannels', 'outChannels'] as const),
  ...(['kernelDepth', 'kernelHeight', 'kernelWidth'] as const),
  ...(['outDepth', 'outHeight', 'outWidth'] as const),
];

const convolution: KernelRecord<(typeof products)[number] | 'from' | 'many' | 'scratch'> = {
  work: products,
  threshold: PRODUCT,
  scratch: 'scratch',
  // Every part packs what it reads.
  split: () => ({ count: 'many', strides: { from: 1 }, unit: 1, coarse: true }),
};

/** Planes, windows and their sizes. */
const pool = range(SIMPLE, ['many', 'kernelHeight', 'kernelWidth', 'outHeight', 'outWidth']);
const planes = range(SIMPLE, ['many', 'count']);
const interpolation = range(SIMPLE, ['many', 'm', 'inner']);

export const convolutions: KernelRecords = {
  avgPool: pool,
  avgPoolInput: pool,
  convForward: convolution,
  convInput: convolution,
  convWeight: convolution,
  interpolate: interpolation,
  interpolateBack: interpolation,
  maxPoolIndices: pool,
  putPlanes: planes,
  takePlanes: planes,
};
