/**
 * Initialisers: each writes first values into a tensor and returns it.
 *
 * @module
 */
export {
  constant,
  eye,
  normal,
  ones,
  truncatedNormal,
  uniform,
  zeros,
  type InitOptions,
  type TruncatedNormalOptions,
} from './basic.ts';
export { calculateGain, fans, type Nonlinearity } from './fans.ts';
export { orthogonal } from './orthogonal.ts';
export {
  fanInNormal,
  kaimingNormal,
  kaimingUniform,
  xavierNormal,
  xavierUniform,
  type KaimingOptions,
  type XavierOptions,
} from './scaled.ts';
