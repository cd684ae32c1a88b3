/**
 * Games of two players: boards, tree search, exact solvers, and a network that teaches itself.
 *
 * @packageDocumentation
 */
export * from './games/index.ts';
