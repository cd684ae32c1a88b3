/**
 * Residual networks: each block adds its input to what it computes, so that a network of 152 layers can be trained.
 *
 *     plain:     y = F(x)          ∂y/∂x = ∂F/∂x: a product of many small factors
 *     residual:  y = x + F(x)      ∂y/∂x = 1 + ∂F/∂x: something always arrives
 *
 * The same convolutions with the same weights, once with the shortcuts and once without.
 */
import { gradients } from '@kasane/autograd';
import { makeShapes } from '@kasane/datasets';
import { Residual } from '@kasane/layers-cnn/models';
import { crossEntropy } from '@kasane/nn';
import { Generator, scope } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { AsyncPart, Exercise } from '../../exercise.ts';
import { following } from '../../following.ts';
import { shapeTry } from '../../images/shape-try.ts';
import { mean } from '../../statistics.ts';
import { withoutChange } from './checks.ts';
import { Deep, twoConvolutions } from './network.ts';
import { learningIdentity, training } from './training.ts';

const PROBE = 50; // layers of the network whose gradients are compared
const DEPTHS = [10, 20, 34, 50, 101, 152]; // layers
const TAIL = 20; // steps whose mean loss counts
const IDENTITY_STEPS = 150;

const KINDS = { plain: false, residual: true } as const;
type Kind = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as readonly Kind[]; // they are its keys

const norm = async (t: Tensor): Promise<number> => Math.hypot(...(await t.data()));

export const residualNetwork: Exercise = defineExercise({
  id: 'residual-network',
  title: { en: 'Residual networks', ja: 'ResNet（残差ネットワーク）' },
  summary:
    'Compares gradients and training of deep networks with and without shortcuts, on generated shapes.',
  rows: [113, 114, 115],
  parameters: {
    batch: { type: 'integer', default: 32, quick: 16, min: 1, max: 1024, description: 'pictures per step' },
    depth: { type: 'integer', default: 50, quick: 34, min: 4, max: 152, description: 'layers of the networks that are trained' },
    lr: { type: 'number', default: 0.001, min: 1e-6, max: 1, description: 'learning rate' },
    pictures: { type: 'integer', default: 8000, quick: 1000, min: 100, max: 50_000, description: 'generated pictures' },
    steps: { type: 'integer', default: 2000, quick: 200, min: 40, max: 1e5, description: 'training steps of each network' },
  }, // prettier-ignore
  charts: {
    gradient: { x: 'convolution', y: 'norm of ∂L/∂w before training', scale: 'log' },
    depth: { x: 'layers', y: 'norm of ∂L/∂w of the first convolution', scale: 'log' },
    loss: { x: 'step', y: 'cross-entropy' },
    identity: { x: 'step', y: 'mean squared error of y = x', scale: 'log' },
  },
  async *run({ parameters: { batch, depth, lr, pictures, steps }, seed }) {
    const generator = new Generator(seed);
    const train = makeShapes(pictures, { generator });
    const total = 2 * steps + 2 * IDENTITY_STEPS;

    // ——— gradients before training ———
    const [images, labels] = train.getBatch(Array.from({ length: 10 }, (_, i) => i));
    const normsOf = async (
      layers: number,
      shortcuts: boolean,
      count?: number,
    ): Promise<number[]> => {
      const found = scope(() => {
        const net = new Deep(layers, shortcuts, new Generator(seed + 1)); // the same weights for both
        const loss = crossEntropy(net.forward(images), labels);
        return gradients([loss], net.convolutions())
          .slice(0, count)
          .map((g) => g!);
      });
      const norms: number[] = [];
      for (const gradient of found) {
        norms.push(await norm(gradient));
        gradient.dispose();
      }
      return norms;
    };
    const atFirst = { plain: 0, residual: 0 };
    for (const name of NAMES) {
      const norms = await normsOf(PROBE, KINDS[name]);
      atFirst[name] = norms[0]!;
      yield { type: 'series', chart: 'gradient', name, x: norms.map((_, i) => i + 1), y: norms };
      for (const layers of DEPTHS) {
        const [first] = await normsOf(layers, KINDS[name], 1);
        // A logarithmic axis has no place for what has become 0 in float32.
        if (first! > 0) yield { type: 'series', chart: 'depth', name, x: layers, y: first! };
        yield { type: 'progress', step: 0, total };
      }
    }
    yield {
      type: 'table',
      name: `gradient of the first convolution of ${PROBE} layers`,
      columns: ['network', 'norm'],
      rows: NAMES.map((name) => [name, atFirst[name]]),
    };

    // ——— training ———
    const losses = { plain: 0, residual: 0 };
    async function* trained(name: Kind, done: number): AsyncPart<'loss', Deep> {
      const draws = new Generator(seed + 2); // the same pictures for both
      const net = new Deep(depth, KINDS[name], draws);
      const steady = training(net, train, { batch, lr, steps }, draws);
      const all = yield* following(steady, { chart: 'loss', name, done, total });
      losses[name] = mean(all.slice(-TAIL));
      yield {
        type: 'metric',
        name: `loss of ${depth} layers, ${name}, at the end`,
        value: losses[name],
      };
      return net;
    }
    const plain = yield* trained('plain', 0);
    const residual = yield* trained('residual', steps);

    // ——— nothing to change: both shall learn y = x ———
    const errors = { plain: 0, residual: 0 };
    let added = Number.NaN; // F² of the residual block, which is its error, over that at the start
    const sizes = { plain: 0, residual: 0 }; // of the last weights, over those at the start
    for (const name of NAMES) {
      const draws = new Generator(seed + 3);
      const body = twoConvolutions(draws);
      const last = body.parameters().at(-2)!; // the weight of the second convolution
      const start = await norm(last);
      const block = KINDS[name] ? new Residual(body) : body;
      const all = yield* following(learningIdentity(block, IDENTITY_STEPS, draws), {
        chart: 'identity',
        name,
        every: 1,
        done: 2 * steps + (KINDS[name] ? IDENTITY_STEPS : 0),
        total,
      });
      errors[name] = all.at(-1)!;
      if (KINDS[name]) added = all.at(-1)! / all[0]!;
      sizes[name] = (await norm(last)) / start;
    }
    yield {
      type: 'table',
      name: `a block after ${IDENTITY_STEPS} steps of learning y = x`,
      columns: ['block', 'mean squared error', 'size of its last weights, over that at the start'],
      rows: NAMES.map((name) => [name, errors[name], sizes[name]]),
    };

    const checks = [
      check(113, `gradient of the first of ${PROBE} layers: residual over plain`, atFirst.residual / atFirst.plain).atLeast(100),
      check(113, `${depth} layers: loss of the plain network over that of the residual one`, losses.plain / losses.residual).above(1.2),
      ...(yield* withoutChange(generator)),
      check(115, 'learning y = x: error of the plain block over that of the residual one', errors.plain / errors.residual).atLeast(10),
      check(115, 'learning y = x: mean square of F at the end, over that at the start', added).below(0.01),
    ]; // prettier-ignore
    const forward = (net: Deep) => (x: Tensor) => net.forward(x);
    return { checks, trained: { plain: forward(plain), residual: forward(residual) } };
  },
  tries: { shape: shapeTry() },
});
