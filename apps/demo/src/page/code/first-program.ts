/** What the playground has when its link has nothing. */
export const FIRST_PROGRAM = `import { crossEntropy, Linear, Sequential, Tanh } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';

const generator = new Generator(0);
const model = new Sequential(
  new Linear(2, 8, { generator }),
  new Tanh(),
  new Linear(8, 2, { generator }),
);
const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const xor = tensor([0, 1, 1, 0], { dtype: 'int32' });

const step = trainStep(
  () => crossEntropy(model.forward(x), xor),
  new Adam(model.parameters(), { lr: 0.05 }),
);
for (let i = 0; i < 200; i++) {
  const loss = step().item();
  report({ type: 'series', chart: 'loss', name: 'training', x: i, y: loss });
}
model.forward(x).argmax(1).toArray(); // => [0,1,1,0]
`;
