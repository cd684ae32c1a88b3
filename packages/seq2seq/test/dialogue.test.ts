import { backward } from '@kasane/autograd';
import type { Module } from '@kasane/nn';
import { HRED, padDialogues, VHRED } from '@kasane/seq2seq';
import { Generator, tensor, type Shape, type Tensor } from '@kasane/tensor-core';
import { loadGoldens } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

/** What dialogue.py writes: parameters are made up again, by their place. */
interface Recorded {
  readonly values: Readonly<Record<string, number>>;
  readonly parameters: Readonly<
    Record<string, { readonly shape: Shape; readonly gradient: readonly number[] }>
  >;
}

const recorded = loadGoldens<Recorded>(new URL('./fixtures/dialogue.json', import.meta.url));

// Those of the script.
const [V, E, H] = [9, 3, 4];
const sizes = { contextSize: 5, dtype: 'float64' } as const;
const dialogues = padDialogues([
  [[3, 4, 2], [5, 2], [6, 7, 8, 2]],
  [[5, 2], [3, 4, 2]],
]); // prettier-ignore

/** Draws what the script has for noise. */
class Recalled extends VHRED {
  protected override get random(): { readonly generator: Generator } {
    return { generator: new Generator(7) };
  }
}

/** Compares values and gradients; the first value is the one that is differentiated. */
function checkRecorded<M extends Module>(
  name: string,
  model: M,
  call: (model: M) => Readonly<Record<string, Tensor>>,
): void {
  const { values, parameters } = recorded[name]!;
  const state = Object.entries(parameters).map(([key, { shape }], k) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float64Array.from({ length: size }, (_, i) => Math.cos(i * 1.7 + 0.4 + k) * 0.8);
    return [key, tensor(data, shape)] as const;
  });
  model.loadStateDict(Object.fromEntries(state));
  const found = call(model);
  for (const [key, value] of Object.entries(values)) {
    expect(found[key]!.item(), `the value ${key}`).toBeCloseTo(value, 10);
  }
  backward(found['loss']!);
  for (const [key, { grad }] of model.namedParameters()) {
    const want = parameters[key]!.gradient.map((v) => expect.closeTo(v, 9) as number);
    expect([...grad!.dataSync()], `the gradient of ${key}`).toEqual(want);
  }
}

describe("models of dialogues have PyTorch's values and gradients", () => {
  for (const replies of ['all', 'last'] as const) {
    it(`HRED, replies '${replies}'`, () => {
      const model = new HRED(V, E, H, sizes);
      checkRecorded(`HRED, ${replies}`, model, () => ({
        loss: model.loss(dialogues, { replies }),
      }));
    });
  }

  it('VHRED', () => {
    const model = new Recalled(V, E, H, { ...sizes, latentSize: 2, wordDropout: 0 });
    checkRecorded('VHRED', model, () => ({ ...model.loss(dialogues, { klWeight: 0.3 }) }));
  });
});
