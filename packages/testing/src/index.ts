/**
 * Private: the conformance suites, golden fixtures and matchers of Kasane.
 *
 * @packageDocumentation
 */
export * from './allclose.ts';
export * from './test-op.ts';
