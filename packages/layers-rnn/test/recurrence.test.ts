import { gradients } from '@kasane/autograd';
import {
  reference,
  tensor,
  wasm,
  type Backend,
  type DType,
  type Tensor,
} from '@kasane/tensor-core';
import { goldenSeed, goldenTensor, goldenValues, loadGoldens } from '@kasane/testing';
import type { GoldenState } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { recurrence, type RecurrenceKind } from '../src/ops/recurrence.ts';

interface Case {
  readonly lengths: readonly number[];
  readonly inputs: GoldenState;
  readonly results: GoldenState;
  readonly gradients: GoldenState;
}

const goldens = loadGoldens<Case>(new URL('./fixtures/recurrence.json', import.meta.url));

const targets: readonly [string, () => Backend, DType, number][] = [
  ['reference in float64', reference, 'float64', 1e-8],
  ['wasm', () => wasm({ relaxed: false }), 'float32', 2e-5],
  ['wasm relaxed', () => wasm({ relaxed: true }), 'float32', 2e-5],
];

describe.each(Object.entries(goldens))('recurrence %s', (name, golden) => {
  it.each(targets)('gives what PyTorch gives, on %s', (_, backend, dtype, atol) => {
    const options = { dtype, backend: backend() };
    const leaves = Object.entries(golden.inputs).map(([key, value]) => {
      const leaf = goldenTensor(value, options);
      leaf.requiresGrad = true;
      return [key, leaf] as const;
    });
    const given = Object.fromEntries(leaves) as Record<string, Tensor>; // the script wrote all parts
    const { x, h0, c0, weight_ih: weightIh, weight_hh: weightHh } = given;
    const { bias_ih: biasIh, bias_hh: biasHh } = given;
    const [kind, reverse] = name.split(' in ') as [RecurrenceKind, string?]; // so the script names them
    const { output, h, c } = recurrence(
      {
        projected: x!.matmul(weightIh!, { transposeB: true }).add(biasIh!),
        h0: h0!,
        weightHh: weightHh!,
        biasHh: biasHh!,
        ...(c0 && { c0 }),
        lengths: tensor([...golden.lengths], { dtype: 'int32', backend: options.backend }),
      },
      { kind, reverse: reverse !== undefined },
    );
    const results: Readonly<Record<string, Tensor | null>> = { output, h, c };
    const outputs = Object.entries(golden.results).map(([key, value]) => {
      expect(results[key]!.shape).toEqual(value.shape);
      expect(results[key]!.dataSync()).toBeAllclose(goldenValues(value), { atol, rtol: atol });
      return results[key]!;
    });
    const inputs = leaves.map(([, leaf]) => leaf);
    const gradOutputs = outputs.map(goldenSeed);
    for (const createGraph of [true, false]) {
      const found = gradients(outputs, inputs, { gradOutputs, createGraph });
      leaves.forEach(([key], i) => {
        const want = goldenValues(golden.gradients[key]!);
        expect(found[i]!.dataSync(), `gradient of ${key}`).toBeAllclose(want, {
          atol: 4 * atol,
          rtol: atol,
        });
      });
    }
  });
});
