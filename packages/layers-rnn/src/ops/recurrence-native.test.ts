import { gradients } from '@kasane/autograd';
import { reference, tensor, type Backend, type Tensor } from '@kasane/tensor-core';
import { closeness, onNative, values } from '@kasane/testing';
import { expect, it } from 'vitest';
import { cells } from './recurrence-inputs.ts';
import { recurrence, type RecurrenceInputs, type RecurrenceKind } from './recurrence.ts';

// The smallest sizes of which a BLAS computes the steps: hidden units fill whole panels of weights.
const [STEPS, ROWS, HIDDEN] = [3, 2, 16];
const kinds = Object.keys(cells) as RecurrenceKind[]; // the table has a row for each

/** The parts that a kind needs, with their shapes. */
function shapesOf(kind: RecurrenceKind, bias: boolean): Readonly<Record<string, number[]>> {
  const { gates, hasCell } = cells[kind];
  return {
    projected: [STEPS, ROWS, gates * HIDDEN],
    h0: [ROWS, HIDDEN],
    weightHh: [gates * HIDDEN, HIDDEN],
    ...(hasCell && { c0: [ROWS, HIDDEN] }),
    ...(bias && { biasHh: [gates * HIDDEN] }),
    ...(kind === 'peepholeLstm' && { peephole: [3, HIDDEN] }),
  };
}

/** All that a recurrence gives, then all gradients. */
function results(kind: RecurrenceKind, backend: Backend, reverse: boolean): number[][] {
  const parts = Object.entries(shapesOf(kind, !reverse)).map(([name, shape], i) => {
    const made = tensor(values(shape, -1, 1, i).values, shape, { backend });
    return [name, made] as const;
  });
  const run = (): Tensor[] => {
    // The names are those that the kind needs.
    const inputs = Object.fromEntries(parts) as unknown as RecurrenceInputs;
    const { output, h, c } = recurrence(inputs, { kind, reverse });
    return c === null ? [output, h] : [output, h, c];
  };
  const plain = run(); // keeps nothing for a way back
  for (const [, part] of parts) part.requiresGrad = true;
  const shown = run();
  const seeds = shown.map((t) => t.detach().cos());
  const inputs = parts.map(([, part]) => part);
  const found = gradients(shown, inputs, { gradOutputs: seeds });
  return [...plain, ...shown, ...found.map((g) => g!)].map((t) => Array.from(t.dataSync()));
}

for (const kind of kinds) {
  for (const reverse of [false, true]) {
    const how = reverse ? 'in reverse and without bias' : 'with bias';
    it(`steps of ${kind} by a BLAS, ${how}, agree with the plain loops`, ({ skip }) =>
      onNative(skip, (backend) => {
        const wanted = results(kind, reference(), reverse);
        results(kind, backend, reverse).forEach((got, i) => {
          expect(closeness(got, wanted[i]!, { rtol: 1e-5, atol: 1e-5 }), `result ${i}`).toBeNull();
        });
      }));
  }
}
