/**
 * Run by memory.test.ts in a process of its own: 200,000 training steps in one synchronous stretch,
 * without a scope or dispose, so that no finaliser ever gets a turn. Prints the last loss and the
 * largest resident size, in MiB.
 */
import { backward } from '@kasane/autograd';
import { Linear, mseLoss, Sequential, Sigmoid } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { Generator, tensor } from '@kasane/tensor-core';

const generator = new Generator(1);
const model = new Sequential(
  new Linear(2, 10, { generator }),
  new Sigmoid(),
  new Linear(10, 1, { generator }),
  new Sigmoid(),
);
const optimizer = new SGD(model.parameters(), { lr: 0.5 });
const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]); // (4, 2)
const y = tensor([[0], [1], [1], [0]]); // (4, 1)

let last = Number.NaN;
let largest = 0;
for (let step = 1; step <= 200_000; step++) {
  const loss = mseLoss(model.forward(x), y);
  optimizer.zeroGrad();
  backward(loss);
  optimizer.step();
  if (step % 5000 === 0) {
    last = loss.item();
    largest = Math.max(largest, process.memoryUsage.rss() / 2 ** 20);
  }
}
console.log(JSON.stringify({ last, largest }));
