/** What the command line of `cli.ts` knows, for the thread that runs it. */
export { backends } from '../backends.ts';
export { exercises } from '../exercises/index.ts';
