import { interruption } from '../src/cli/interruption.ts';
import { main } from '../src/cli/main.ts';
import { endless, halving } from './small-exercises.ts';

// The command line over two small exercises, for the tests that need a process of their own.
const { stdout, stderr } = process;
process.exitCode = await main(process.argv.slice(2), {
  exercises: [halving, endless],
  backends: { wasm: () => {}, reference: () => {} },
  stdout,
  stderr,
  signal: interruption(),
});
