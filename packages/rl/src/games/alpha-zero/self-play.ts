import { Dirichlet } from '@kasane/distributions';
import { full, scope, type Generator } from '@kasane/tensor-core';
import type { Game } from '../game.ts';
import { opened } from '../opening.ts';
import type { Turns } from '@kasane/tensor-core/turns';
import { mostTried } from './alpha-zero-player.ts';
import type { Evaluator } from './evaluator.ts';
import type { Sample } from './experience.ts';
import { PuctTree } from './puct.ts';

/** How games against oneself are played. */
export interface SelfPlaySettings {
  readonly games: number;
  readonly simulations: number;
  readonly exploration: number;
  readonly noise: number;
  readonly noiseShare: number;
  readonly temperatureMoves: number;
  readonly opening: number;
  readonly generator: Generator;
}

/** A game that is being played. */
interface Running<State> {
  readonly state: State;
  readonly samples: Sample[];
}

/**
 * Plays games of the network against itself, many side by side, so that it is asked about one state of each at a time. Moves are drawn by how often they were tried, after
 * `temperatureMoves` of them the one tried most is taken.
 */
export async function selfPlay<State>(
  game: Game<State>,
  evaluator: Evaluator<State>,
  settings: SelfPlaySettings,
  turns: Turns,
): Promise<Sample[]> {
  const finished: Sample[] = [];
  const { games } = settings;
  let started = Math.min(games, evaluator.batch);
  let running = Array.from({ length: started }, () => begin(game, settings));
  while (running.length > 0) {
    const trees = running.map(({ state }) => new PuctTree(game, state, settings.exploration));
    await search(trees, evaluator, settings, turns);
    const going: Running<State>[] = [];
    for (const [i, { state, samples }] of running.entries()) {
      const visits = trees[i]!.visits();
      const action =
        samples.length < settings.temperatureMoves
          ? drawnBy(visits, settings.generator)
          : mostTried(visits, trees[i]!.priors());
      samples.push(sampleOf(game, state, visits));
      const next = game.play(state, action);
      const outcome = game.outcome(next);
      if (outcome === null) {
        going.push({ state: next, samples });
        continue;
      }
      // The last sample's mover is the opponent of whoever would be to move now, and so on back.
      samples.forEach((sample, n) => {
        sample.value = (samples.length - n) % 2 === 0 ? outcome : 0 - outcome;
      });
      finished.push(...samples);
      if (started < games) {
        going.push(begin(game, settings));
        started += 1;
      }
    }
    running = going;
  }
  return finished;
}

/** A new game, after a random number of random moves. */
function begin<State>(game: Game<State>, settings: SelfPlaySettings): Running<State> {
  const { opening, generator } = settings;
  const moves = opening === 0 ? 0 : generator.below(opening + 1);
  return { state: opened('trainAlphaZero', game, { moves, generator }), samples: [] };
}

/** Lets all trees simulate side by side; their first pass is for the roots, whose priors then get noise. */
async function search<State>(
  trees: readonly PuctTree<State>[],
  evaluator: Evaluator<State>,
  { simulations, noise, noiseShare, generator }: SelfPlaySettings,
  turns: Turns,
): Promise<void> {
  for (let i = 0; i <= simulations; i++) {
    const asking: PuctTree<State>[] = [];
    const leaves: State[] = [];
    for (const tree of trees) {
      const leaf = tree.descend();
      if (leaf === null) continue;
      asking.push(tree);
      leaves.push(leaf);
    }
    if (asking.length === 0) continue;
    evaluator.evaluate(leaves);
    const { policies, values } = evaluator;
    const actions = policies.length / evaluator.batch;
    asking.forEach((tree, n) => tree.answer(policies, n * actions, values[n]!));
    if (i === 0 && noiseShare > 0) {
      const drawn = scope(() =>
        new Dirichlet(full([trees.length, actions], noise)).sample([], { generator }).dataSync(),
      );
      trees.forEach((tree, n) => tree.addNoise(drawn, n * actions, noiseShare));
    }
    if (turns.due) await turns.give();
  }
}

function sampleOf<State>(game: Game<State>, state: State, visits: readonly number[]): Sample {
  const [planes, rows, columns] = game.shape;
  const picture = new Float32Array(planes * rows * columns);
  game.encode(state, picture);
  const sum = visits.reduce((a, b) => a + b, 0);
  return { picture, policy: Float32Array.from(visits, (n) => n / sum), value: 0 };
}

/** An action drawn with probabilities like its visits. */
function drawnBy(visits: readonly number[], generator: Generator): number {
  let left = generator.below(visits.reduce((a, b) => a + b, 0));
  return visits.findIndex((n) => (left -= n) < 0);
}
