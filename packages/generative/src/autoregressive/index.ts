export { Autoregressive, type AutoregressiveSampleOptions } from './autoregressive.ts';
export { MADE, type MADEOptions } from './made.ts';
export { PixelCNN, type PixelCNNOptions } from './pixel-cnn.ts';
