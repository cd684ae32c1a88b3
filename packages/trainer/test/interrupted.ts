/** What the test of Ctrl-C starts and interrupts: trains without end in the folder it is given, and prints how it ended. */
import { ModelCheckpoint } from '../src/node.ts';
import { prepare } from './training.ts';

const [folder, slow] = process.argv.slice(2);
const { run, bits } = prepare();
let ending = '';
const history = await run({
  epochs: 1e6,
  interruptible: true,
  callbacks: [
    { onStep: () => console.log('step') },
    new ModelCheckpoint(folder!),
    {
      runsLast: true,
      async onTrainEnd(_, how) {
        ending = how;
        console.log('saved');
        // Time for a second Ctrl-C.
        if (slow !== undefined) await new Promise((resolve) => setTimeout(resolve, 60_000));
      },
    },
  ],
});
console.log(
  JSON.stringify({
    ending,
    epochs: history.length,
    bits: bits(),
    listeners: process.listenerCount('SIGINT'),
  }),
);
