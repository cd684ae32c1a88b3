import { interruption } from './src/cli/interruption.ts';
import { main } from './src/cli/main.ts';
import { backends } from './src/backends.ts';
import { rnnBinaryAddition } from './src/exercises/rnn-tmp.ts';
const { stdout, stderr } = process;
process.exitCode = await main(process.argv.slice(2), { exercises: [rnnBinaryAddition], backends, stdout, stderr, signal: interruption() });
