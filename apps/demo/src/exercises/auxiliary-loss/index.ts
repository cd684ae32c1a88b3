/**
 * Auxiliary losses, as in GoogLeNet: classifiers branch off in the middle of a deep network, and what they get wrong is
 * added to the loss. When the network is used they are left out.
 *
 *     total = main + 0.3 · (aux1 + aux2)
 *
 * A stack of convolutions too deep to be trained learns to tell generated shapes apart with auxiliary heads, with
 * batch normalisation, and with both.
 */
import { gradients } from '@kasane/autograd';
import { makeShapes } from '@kasane/datasets';
import { crossEntropy, summary } from '@kasane/nn';
import { Generator, noGrad, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { AsyncPart, Exercise } from '../../exercise.ts';
import { confusion } from '../../images/confusion.ts';
import { following } from '../../following.ts';
import type { Networks } from '../../images/probabilities.ts';
import { shapeTry } from '../../images/shape-try.ts';
import { read } from '../../losses.ts';
import { largestDifference, mean } from '../../statistics.ts';
import { AllHeads, CLASSES, Deep, mainAlone } from './network.ts';
import { lossesOf, training, WEIGHT } from './training.ts';

const TEST = 500; // pictures
const TAIL = 20; // steps whose mean loss counts

/** What became of a network. */
interface Result {
  readonly name: string;
  readonly net: Deep;
  /** The mean of the main head's over the last steps. */
  readonly loss: number;
  /** Of each head, the main one last. */
  readonly accuracies: readonly number[];
  /** That of the mean of their probabilities. */
  readonly averaged: number;
  /** What leaving the heads out changes. */
  readonly changed: number;
  /** The main head's to every new picture. */
  readonly answers: ArrayLike<number>;
}

const norm = async (t: Tensor): Promise<number> => Math.hypot(...(await t.data()));

const averageOf = (probabilities: readonly Tensor[]): Tensor =>
  probabilities.reduce((sum, p) => sum.add(p));

export const auxiliaryLoss: Exercise = defineExercise({
  id: 'auxiliary-loss',
  title: { en: 'Auxiliary losses', ja: 'Auxiliary Loss' },
  summary:
    'Trains a deep stack of convolutions on generated shapes with and without auxiliary heads and batch normalisation.',
  rows: [108, 109, 110, 111, 112],
  parameters: {
    batch: { type: 'integer', default: 32, min: 1, max: 1024, description: 'pictures per step' },
    depth: { type: 'integer', default: 3, min: 2, max: 30, description: 'convolutions between two heads' },
    lr: { type: 'number', default: 0.003, min: 1e-6, max: 1, description: 'learning rate' },
    pictures: { type: 'integer', default: 8000, quick: 2000, min: 100, max: 50_000, description: 'generated pictures' },
    steps: { type: 'integer', default: 1500, quick: 150, min: 40, max: 1e5, description: 'training steps of each network' },
  }, // prettier-ignore
  charts: {
    gradient: { x: 'convolution', y: 'norm of ∂L/∂w before training', scale: 'log' },
    loss: { x: 'step', y: 'cross-entropy of the main head' },
  },
  async *run({ parameters: { batch, depth, lr, pictures, steps }, seed }) {
    const generator = new Generator(seed);
    const train = makeShapes(pictures, { generator });
    const test = makeShapes(TEST, { generator });
    const [testImages, testLabels] = test.getBatch(Array.from({ length: TEST }, (_, i) => i));
    const [images, labels] = train.getBatch(Array.from({ length: batch }, (_, i) => i));

    // ——— before training ———
    const net = new Deep(depth, false, generator);
    const normed = new Deep(depth, true, generator);
    const kinds = {
      'main loss alone': [net, false],
      'with auxiliary losses': [net, true],
      'main loss alone, batch normalisation': [normed, false],
    } as const;
    const firstNorms: number[] = [];
    for (const [name, [model, aux]] of Object.entries(kinds)) {
      const found = gradients([lossesOf(model, aux, images, labels).total], model.convolutions());
      const y: number[] = [];
      for (const gradient of found) y.push(await norm(gradient!));
      yield { type: 'series', chart: 'gradient', name, x: y.map((_, i) => i + 1), y };
      firstNorms.push(y[0]!);
    }
    const [alone, helped] = firstNorms as [number, number, number]; // one of each kind
    const heads = net.all(images);
    const parts: number[] = [];
    for (const logits of heads) parts.push(await read(crossEntropy(logits, labels)));
    const total = await read(lossesOf(net, true, images, labels).total);
    const without = summary(net, images.shape);
    const withHeads = summary(new AllHeads(net), images.shape);
    const stepFlops = (forward: number): number => 3 * forward; // and twice as many backward
    yield {
      type: 'table',
      name: `a step of ${batch} pictures`,
      columns: ['', 'FLOPs', 'norm of ∂L/∂w of the first convolution'],
      rows: [
        ['main loss alone', stepFlops(without.flops), alone],
        ['with auxiliary losses', stepFlops(withHeads.flops), helped],
      ],
    };

    // ——— training: with and without auxiliary losses, with and without batch normalisation ———
    const choices = [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const;
    async function* trained(k: number): AsyncPart<'loss', Result> {
      const [withAux, withNorm] = choices[k]!;
      const name = `${withAux ? 'auxiliary losses' : 'main loss alone'}${withNorm ? ', batch normalisation' : ''}`;
      const draws = new Generator(seed + 1); // the same pictures for all
      const model = new Deep(depth, withNorm, draws);
      const losses = yield* following(
        training(model, withAux, train, { batch, lr, steps }, draws),
        { chart: 'loss', name, done: k * steps, total: choices.length * steps },
      );
      model.eval();
      const plain = mainAlone(model);
      const [said, left] = noGrad(
        () => [model.all(testImages), plain.forward(testImages)] as const,
      );
      const probabilities = said.map((logits) => logits.softmax(1));
      const accuracyOf = (scores: Tensor): Promise<number> =>
        read(scope(() => scores.argmax(1).equal(testLabels).cast('float32').mean()));
      const accuracies: number[] = [];
      for (const scores of probabilities) accuracies.push(await accuracyOf(scores));
      return {
        name,
        net: model,
        loss: mean(losses.slice(-TAIL)),
        accuracies,
        averaged: await accuracyOf(averageOf(probabilities)),
        changed: largestDifference(await said.at(-1)!.data(), await left.data()),
        answers: (await left.argmax(1).data()).slice(),
      };
    }
    const results: Result[] = [];
    for (const k of choices.keys()) results.push(yield* trained(k));
    yield {
      type: 'table',
      name: `accuracy on ${TEST} new generated shapes`,
      columns: [
        '',
        'loss at the end',
        'main head',
        'first auxiliary',
        'second auxiliary',
        'average of the three',
      ],
      rows: results.map(({ name, loss, accuracies: [a, b, main], averaged }) => {
        return [name, loss, main!, a!, b!, averaged];
      }),
    };
    const [stuck, aux, batchNorm, both] = results as [Result, Result, Result, Result]; // four were pushed
    yield confusion('answers of the main head, with both', test, both.answers);
    const overWorst = ({ averaged, accuracies }: Result): number =>
      averaged - Math.min(...accuracies);
    const changed = Math.max(...results.map((result) => result.changed));
    const checks = [
      check(108, 'total − (main + 0.3 · (aux1 + aux2))', total - parts[2]! - WEIGHT * (parts[0]! + parts[1]!)).near(0, 1e-6),
      check(108, 'gradient of the first convolution: with auxiliary losses over without', helped / alone).atLeast(10),
      check(108, 'what leaving the heads out changes in use', changed).equals(0),
      check(108, 'auxiliary losses, no batch normalisation: best accuracy of a head (guessing is 0.1)', Math.max(...aux.accuracies)).atLeast(0.15),
      check(109, 'FLOPs of a step: with auxiliary losses over without', withHeads.flops / without.flops).above(1),
      check(110, 'shapes of what the heads give', heads.map(({ shape }) => shape.join(' × ')).join(', ')).equals(heads.map(() => `${batch} × ${CLASSES}`).join(', ')),
      check(111, 'batch normalisation without auxiliary losses: loss at the end', batchNorm.loss).on('loss').below(1.8),
      check(111, 'loss with neither, over that', stuck.loss / batchNorm.loss).atLeast(2),
      check(112, "auxiliary losses: accuracy of the averaged heads over the worst one's", overWorst(aux)).atLeast(0),
      check(112, 'the same with batch normalisation', overWorst(both)).atLeast(0),
    ]; // prettier-ignore
    return { checks, trained: headsOf(both.net) };
  },
  tries: { shape: shapeTry() },
});

/** Each head of a network by itself, and what they say together. */
const headsOf = (net: Deep): Networks => ({
  'first auxiliary': (x) => net.all(x)[0]!,
  'second auxiliary': (x) => net.all(x)[1]!,
  'main head': (x) => net.forward(x),
  'average of the three': (x) =>
    averageOf(net.all(x).map((logits) => logits.softmax(1)))
      .div(3)
      .log(),
});
