export { flatten, flattenSpace } from './flatten.ts';
export { Box, type BoxOptions } from './box.ts';
export { Dict, type DictMask } from './dict.ts';
export { Discrete, type DiscreteOptions } from './discrete.ts';
export { MultiBinary } from './multi-binary.ts';
export { MultiDiscrete, type MultiDiscreteOptions } from './multi-discrete.ts';
export type { SampleOptions, Space } from './space.ts';
export { Text, type TextMask, type TextOptions } from './text.ts';
export { Tuple } from './tuple.ts';
