export { semiGradientSarsa, type LinearControlResult } from './semi-gradient-sarsa.ts';
export { TileCoder, type BinaryFeatures, type TileCoderOptions } from './tile-coder.ts';
