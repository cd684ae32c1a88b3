/** What the test of interruptions starts and kills: trains in the folder it is given, goes on if there is a checkpoint, and prints the end. */
import { existsSync } from 'node:fs';
import { loadCheckpoint, ModelCheckpoint, TensorBoard } from '../src/node.ts';
import { EPOCHS, prepare } from './training.ts';

const folder = process.argv[2]!;
const last = `${folder}/last.safetensors`;
const { run, bits } = prepare();
const resume = existsSync(last) ? { resume: await loadCheckpoint(last) } : {};
const history = await run({
  ...resume,
  epochs: EPOCHS,
  callbacks: [
    { onStep: () => console.log('step') },
    new TensorBoard(`${folder}/board`, { clock: () => 1.7e12 }),
    new ModelCheckpoint(folder, { everySteps: 1, monitor: 'valLoss' }),
  ],
});
console.log(JSON.stringify({ history, bits: bits() }));
