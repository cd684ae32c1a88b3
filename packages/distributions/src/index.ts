/**
 * Distributions for Kasane.
 *
 * @packageDocumentation
 */
export { distributions } from './distributions.ts';
