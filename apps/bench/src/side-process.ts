/**
 * The process one side of one workload runs in: nobody else's garbage, and nobody else's types in its
 * compiled code.
 */
import { watchOps } from '@kasane/tensor-core';
import { profile } from '@kasane/tensor-core/profile';
import type { StepProfile } from './measure.ts';
import type { Answer, Request } from './protocol.ts';
import { othersOf } from './peers/kasane.ts';
import type { Prepared } from './workload.ts';
import { workloads } from './workloads/index.ts';

const ROUND_MS = 200; // what a round aims at; one step may take longer
const WARM_UP_MS = 600; // V8 has its last compiler done with a small loop by then

const MOST_PROFILED = 1000; // steps, of which each op is kept

let prepared: Prepared | undefined;

async function start(workloadId: string, sideName: string): Promise<readonly number[]> {
  const workload = workloads.find(({ id }) => id === workloadId)!;
  const side = [workload.ours, ...othersOf(workload)].find(({ name }) => name === sideName)!;
  prepared = await side.prepare();
  return prepared.probe();
}

async function time(steps: number): Promise<number> {
  const begin = performance.now();
  const own = await prepared!.run(steps);
  return own ?? performance.now() - begin;
}

/** Doubles the number of steps until they fill a round; what the last trial took decides. */
async function warmUp(): Promise<number> {
  let steps = 1;
  let total = 0;
  for (;;) {
    const begin = performance.now();
    const taken = await time(steps);
    total += performance.now() - begin;
    if (total >= WARM_UP_MS) return Math.max(1, Math.round((steps * ROUND_MS) / taken));
    if (taken < ROUND_MS) steps *= 2;
  }
}

/** Where the time of Kasane's steps goes; null where the work is not a row of ops in this process. */
async function profileSteps(): Promise<StepProfile | null> {
  // While ops are watched, compiled functions run them one by one.
  const stop = watchOps(() => {});
  try {
    const steps = Math.min(await warmUp(), MOST_PROFILED);
    const found = profile(() => void prepared!.run(steps)); // our own steps are synchronous
    const { milliseconds, outside, ops } = found;
    if (ops.length === 0) return null;
    return { steps, milliseconds, outside, ops, table: found.toString() };
  } finally {
    stop();
  }
}

async function answer(request: Request): Promise<Answer> {
  switch (request.do) {
    case 'start':
      return { numbers: await start(request.workload, request.side) };
    case 'warm up':
      return { numbers: [await warmUp()] };
    case 'round':
      return { numbers: [await time(request.steps)] };
    case 'profile':
      return { profile: await profileSteps() };
  }
}

process.on('message', (message) => {
  // Only remote-runner.ts sends messages here.
  answer(message as Request).then(reply, (error: unknown) =>
    reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});

process.on('disconnect', () => process.exit());

function reply(message: Answer): void {
  process.send!(message);
}
