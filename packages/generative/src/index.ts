/**
 * Models that make samples like those they have seen: autoencoders, adversarial networks, flows and diffusion.
 *
 * @packageDocumentation
 */
export * from './autoencoders/index.ts';
export * from './autoregressive/index.ts';
export * from './diffusion/index.ts';
export * from './evaluation/index.ts';
export * from './flows/index.ts';
export * from './gan/index.ts';
export * from './latent/index.ts';
