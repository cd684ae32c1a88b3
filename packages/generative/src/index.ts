/**
 * Generative models: autoencoders, and what came after.
 *
 * @packageDocumentation
 */
export * from './autoencoders/index.ts';
