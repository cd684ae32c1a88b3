/**
 * Generative models: autoencoders, and what came after.
 *
 * @packageDocumentation
 */
export * from './autoencoders/index.ts';
 * Models that make samples like those they have seen.
 *
 * @packageDocumentation
 */
export * from './gan/index.ts';
