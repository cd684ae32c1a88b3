export { Box, type BoxOptions } from './box.ts';
export { Discrete, type DiscreteOptions } from './discrete.ts';
export type { SampleOptions, Space } from './space.ts';
