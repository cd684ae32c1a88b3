import { backward } from '@kasane/autograd';
import {
  Generator,
  noGrad,
  rand,
  reference,
  tensor,
  wasm,
  withBackend,
  type Backend,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { gpu } from '@kasane/tensor-core/gpu';
import { describe, expect, it } from 'vitest';
import { GRU, GRUResetBefore, LSTM, PeepholeLSTM, RNN } from '@kasane/layers-rnn';

const layers = { RNN, LSTM, PeepholeLSTM, GRU, GRUResetBefore };
const options = { numLayers: 2, bidirectional: true, recurrentDropout: 0.3, inputDropout: 0.3 };

/** The output, and the gradients of two layers in both directions, on a backend. */
async function run(name: keyof typeof layers, backend: Backend): Promise<number[][]> {
  const tensors = withBackend(backend, () => {
    const generator = new Generator(1);
    const layer = new layers[name](3, 4, { ...options, generator });
    const x = rand([5, 3, 3], { generator });
    const { output } = layer.forward(x, undefined, { lengths: [3, 5, 1] });
    backward(output.square().sum());
    return [output, ...layer.parameters().map((p) => p.grad!)];
  });
  return Promise.all(tensors.map(async (t) => [...(await t.data())]));
}

describe('every layer', () => {
  for (const name of Object.keys(layers) as (keyof typeof layers)[]) {
    it(`${name} gives the same on reference, wasm and gpu`, async () => {
      const want = await run(name, reference());
      for (const backend of [wasm(), gpu({ mode: 'webasm' }), gpu({ mode: 'cpu' })]) {
        const got = await run(name, backend);
        got.forEach((values, i) => {
          const far = values.filter((v, j) => Math.abs(v - want[i]![j]!) > 1e-4);
          expect(far, `tensor ${i} on ${backend.name}`).toEqual([]);
        });
      }
    });

    it(`${name} trains compiled as it does eagerly, bit for bit`, () => {
      const make = (): ((x: Tensor, lengths: Tensor) => Tensor) => {
        const layer = new layers[name](3, 4, { ...options, generator: new Generator(1) });
        return (x, lengths) => {
          const { output } = layer.forward(x, undefined, { lengths });
          const loss = output.square().mean();
          backward(loss);
          noGrad(() => {
            for (const p of layer.parameters()) {
              p.assign(p.sub(p.grad!.mul(0.1)));
              p.grad = null;
            }
          });
          return loss;
        };
      };
      const [plain, fast] = [make(), compile(make())];
      const data = new Generator(2);
      for (let i = 0; i < 6; i++) {
        const x = rand([5, 3, 3], { generator: data });
        const lengths = tensor([3, 5, 1 + (i % 5)], { dtype: 'int32' });
        expect(fast(x, lengths).item()).toBe(plain(x, lengths).item());
      }
      expect(fast.inspect()).toContain('4 calls replayed');
    });
  }
});
