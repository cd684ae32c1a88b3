import type { Environment } from '../src/cli/environment.ts';
import { broken, busy, endless, halving, listed } from './small-exercises.ts';

/** What the command line of `small-cli.ts` knows. */
export const exercises: Environment['exercises'] = [halving, endless, busy, broken].map(listed);
export const backends: Environment['backends'] = { wasm: () => {}, reference: () => {} };
