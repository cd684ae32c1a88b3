/**
 * A game whose end is known: the data are N(3, 0.5²), the generator is G(z) = a z + b, so that it can be just as they are, and then
 * no discriminator can say more than D(x) = 1/2.
 */
import {
  GanTrainer,
  minimaxLoss,
  nonSaturatingLoss,
  optimalDiscriminator,
} from '@kasane/generative';
import { Linear, Sequential, Tanh } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { noGrad, randn, scope, tensor, type Generator, type Tensor } from '@kasane/tensor-core';
import { check, type Check } from '../../check.ts';
import type { ScatterEvent } from '../../events/event.ts';
import type { AsyncPart } from '../../exercise.ts';
import { largestDifference } from '../../statistics.ts';

const [MEAN, STD] = [3, 0.5];
const [ROUNDS, BATCH, EARLY] = [1000, 64, 30];
const ASKED = 4000; // draws on which D is asked at the end
const PLACES = Array.from({ length: 121 }, (_, i) => i / 20); // x of the picture

/** Plays it, draws D beside the closed form early and late, and checks where it ends. */
export async function* theory(
  generator: Generator,
  progress: { readonly step: number; readonly total: number },
): AsyncPart<never, readonly Check[]> {
  const G = new Sequential(new Linear(1, 1, { generator }));
  const D = new Sequential(
    new Linear(1, 32, { generator }),
    new Tanh(),
    new Linear(32, 1, { generator }),
  );
  const how = { lr: 0.005, betas: [0.5, 0.9] } as const;
  const trainer = new GanTrainer(G, D, {
    latentSize: 1,
    loss: nonSaturatingLoss(),
    generatorOptimizer: new Adam(G.parameters(), how),
    discriminatorOptimizer: new Adam(D.parameters(), how),
    r1: 0.1,
    emaDecay: 0.99,
    generator,
  });
  const draw = (count: number): Tensor => randn([count, 1], { generator }).mul(STD).add(MEAN);
  for (let i = 1; i <= ROUNDS; i++) {
    scope(() => {
      const real = draw(BATCH);
      trainer.discriminatorStep(real);
      trainer.generatorStep(real);
    });
    if (i === EARLY || i === ROUNDS) yield await drawn(`after ${i} rounds`, trainer);
    yield { type: 'progress', ...progress };
  }

  const found = scope(() => {
    const score = (x: Tensor): Tensor => noGrad(() => D.forward(x));
    const [real, made] = [score(draw(ASKED)), score(trainer.sample(ASKED))];
    const value = minimaxLoss().discriminator(real, made).neg();
    return [real.sigmoid().mean(), made.sigmoid().mean(), value];
  });
  const [real, made, value] = (await Promise.all(found.map((t) => t.data()))).map(([n]) => Number(n)); // prettier-ignore
  for (const one of found) one.dispose();
  const game = 'one-dimensional game:';
  return [
    check(156, `${game} mean D of data`, real!).near(0.5, 0.05),
    check(156, `${game} mean D of what G makes`, made!).near(0.5, 0.05),
    check(156, `${game} its value, −2 ln 2 at the end`, value!).near(-2 * Math.LN2, 0.02),
  ];
}

/** What the closed form says of equal densities, and the losses where D cannot tell. */
export function optimum(): readonly Check[] {
  return scope(() => {
    const density = tensor(PLACES.map((x) => normal(x, MEAN, STD)));
    const best = optimalDiscriminator(density, density).dataSync();
    const half = PLACES.map(() => 0.5);
    const unsure = tensor([0, 0]); // logits of 1/2
    const value = minimaxLoss().discriminator(unsure, unsure).neg().item();
    return [
      check(156, 'D* = p / (p + q) of equal densities, largest distance from 0.5', largestDifference(best, half)).equals(0),
      check(156, 'the value where D = 0.5 everywhere, −2 ln 2', value).near(-1.386294, 1e-6),
      check(156, 'binary cross-entropy there, ln 2', nonSaturatingLoss().generator(unsure).item()).near(Math.LN2, 1e-6),
    ];
  }); // prettier-ignore
}

/** The density of N(mean, std²). */
function normal(x: number, mean: number, std: number): number {
  return Math.exp(-0.5 * ((x - mean) / std) ** 2) / (std * Math.sqrt(2 * Math.PI));
}

/** Both densities, what D says, and what the best D would say against this G. */
async function drawn(
  when: string,
  { generator: G, discriminator: D }: GanTrainer<Sequential, Sequential>,
): Promise<ScatterEvent> {
  const data = PLACES.map((x) => normal(x, MEAN, STD));
  const asked = scope(() =>
    noGrad(() => [
      G.forward(tensor([[0], [1]])).flatten(),
      D.forward(tensor(PLACES).reshape([-1, 1])).sigmoid().flatten(),
    ]),
  ); // prettier-ignore
  const [ends, said] = (await Promise.all(asked.map((t) => t.data()))).map((v) => Array.from(v, Number)); // prettier-ignore
  for (const one of asked) one.dispose();
  const [b, end] = ends as [number, number]; // b and a + b
  const made = PLACES.map((x) => normal(x, b, Math.abs(end - b)));
  const best = data.map((p, i) => p / (p + made[i]!)); // 0 / 0, where both are too small for a number, is left out
  const line = (name: string, y: readonly number[]): ScatterEvent['groups'][number] => {
    const places = PLACES.map((_, i) => i).filter((i) => Number.isFinite(y[i]));
    return { name, x: places.map((i) => PLACES[i]!), y: places.map((i) => y[i]!), line: true };
  };
  return {
    type: 'scatter',
    name: `the one-dimensional game ${when}`,
    x: 'x',
    y: 'density, and D(x)',
    groups: [
      line('density of the data', data),
      line('density of what G makes', made),
      line('D(x)', said!),
      line('the best D against this G', best),
    ],
  };
}
