/**
 * Private: the conformance suites, golden fixtures and matchers of Kasane.
 *
 * @packageDocumentation
 */
export * from './allclose.ts';
export * from './inputs.ts';
export * from './test-op.ts';
export * from './test-optimizer.ts';
export * from './flattened.ts';
export * from './golden.ts';
export * from './guard.ts';
export * from './held.ts';
export * from './later.ts';
export * from './test-layer.ts';
export * from './native.ts';
