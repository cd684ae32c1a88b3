import { crossEntropy, mseLoss } from '@kasane/nn';
import { AdamW } from '@kasane/optim';
import {
  defaultGenerator,
  optionsOf,
  requireWhole,
  scope,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { trainStep, type FitOptimizer } from '@kasane/trainer';
import type { Game } from '../game.ts';
import { requireBetween, requireExploration, requireGame, requireModel } from '../given.ts';
import { Turns } from '@kasane/tensor-core/turns';
import { Evaluator } from './evaluator.ts';
import { Experience } from './experience.ts';
import type { PolicyValueModel } from './policy-value-net.ts';
import { SelfPlay } from './self-play.ts';

/** Options of `trainAlphaZero`. */
export interface AlphaZeroOptions {
  /** How often games are played and learnt from. Default: 20. */
  readonly iterations?: number;
  /** Games in each iteration. Default: 100. */
  readonly games?: number;
  /** How many of them are played side by side, to ask the network about all at once. Default: 64. */
  readonly parallel?: number;
  /** Simulations for each move. Default: 50. */
  readonly simulations?: number;
  /** How much the policy counts against what the search finds: c of PUCT. Default: 1.5. */
  readonly exploration?: number;
  /** Concentration of the noise on the root's policy: the smaller, the more it prefers single moves. The paper takes about 10 / legal moves. Default: 1. */
  readonly noise?: number;
  /** Its share. Default: 0.25. */
  readonly noiseShare?: number;
  /** How many moves at the beginning of a game are drawn by how often they were tried. Default: all. */
  readonly temperatureMoves?: number;
  /** Games begin after 0 to so many random moves, all as likely, so that states which good play never leads to are learnt, too. Default: 0. */
  readonly opening?: number;
  /**
   * Share of what the search found a state worth in what the value learns; the rest is how the game ended, which is right in the long run, but tells of one game.
   * Default: 0.
   */
  readonly searchShare?: number;
  /** How many moves are remembered to learn from. Default: 20,000. */
  readonly capacity?: number;
  /** Steps of training in each iteration. Default: 100. */
  readonly steps?: number;
  /** States in a step. Default: 128. */
  readonly batchSize?: number;
  /** Default: AdamW with a learning rate of 0.001 and a weight decay of 0.0001. */
  readonly optimizer?: FitOptimizer;
  /** Where all that is random comes from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** Stops it; the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
  /** Told after each iteration, and awaited: play against the network there, or lower the learning rate. */
  readonly onProgress?: (progress: AlphaZeroProgress) => void | Promise<void>;
}

/** Where a training of AlphaZero stands. */
export interface AlphaZeroProgress {
  /** Iterations done. */
  readonly iteration: number;
  readonly iterations: number;
  /** Moves that are remembered. */
  readonly samples: number;
  /** Mean over the iteration of the policy's cross-entropy with the search's visits. */
  readonly policyLoss: number;
  /** Mean squared error of the value. */
  readonly valueLoss: number;
}

const names = [
  'iterations',
  'games',
  'parallel',
  'simulations',
  'exploration',
  'noise',
  'noiseShare',
  'temperatureMoves',
  'opening',
  'searchShare',
  'capacity',
  'steps',
  'batchSize',
  'optimizer',
  'generator',
  'signal',
  'onProgress',
] as const;

/**
 * Teaches a network a game by playing against itself: AlphaZero. The search with the network plays better than the network alone, so the policy p learns where the search
 * looked, π, and the value v how games ended, z:
 *
 * $$ L = (z - v)^2 - \pi^\top \log p $$
 *
 * Positions are turned and mirrored at random for each step. Unlike the paper, moves before `temperatureMoves` have temperature 1 and the value is not weighed, and games are played and
 * learnt from in turn. The tree is kept from move to move, and `simulations` counts what it had then; the network is asked but once an iteration about a state.
 *
 * Changes `net`. Same seed, same network.
 *
 * @throws RangeError if an option is out of range, or an opening of so many random moves always ends the game.
 *
 * @example
 * import { PolicyValueNet, ticTacToe, trainAlphaZero } from '@kasane/rl/games';
 * import { Generator } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const net = new PolicyValueNet(ticTacToe, { width: 16, generator });
 * const losses: number[] = [];
 * await trainAlphaZero(ticTacToe, net, {
 *   iterations: 3,
 *   games: 10,
 *   simulations: 10,
 *   steps: 30,
 *   generator,
 *   onProgress: ({ policyLoss }) => void losses.push(policyLoss),
 * });
 * losses[2]! < losses[0]!; // => true
 * @see https://doi.org/10.1126/science.aar6404
 */
export async function trainAlphaZero<State>(
  game: Game<State>,
  net: PolicyValueModel,
  options: AlphaZeroOptions = {},
): Promise<void> {
  const given = optionsOf('trainAlphaZero', options, names);
  requireGame('trainAlphaZero', game);
  requireModel('trainAlphaZero', net);
  const { iterations = 20, games = 100, parallel = 64, simulations = 50, steps = 100 } = given;
  const { exploration = 1.5, noise = 1, noiseShare = 0.25, temperatureMoves = Infinity } = given;
  const { opening = 0, searchShare = 0, capacity = 20_000, batchSize = 128 } = given;
  const { generator = defaultGenerator() } = given;
  const { optimizer = new AdamW(net.parameters(), { lr: 1e-3, weightDecay: 1e-4 }) } = given;
  const whole = { iterations, games, parallel, simulations, steps, capacity, batchSize };
  for (const [name, value] of Object.entries(whole)) requireWhole('trainAlphaZero', name, value, 1);
  requireExploration('trainAlphaZero', exploration);
  requireWhole('trainAlphaZero', 'opening', opening);
  requireBetween('trainAlphaZero', 'noise', noise, 1e-3, 1e6);
  requireBetween('trainAlphaZero', 'noiseShare', noiseShare, 0, 1);
  requireBetween('trainAlphaZero', 'searchShare', searchShare, 0, 1);
  requireBetween('trainAlphaZero', 'temperatureMoves', temperatureMoves, 0, Infinity);

  const turns = new Turns(given.signal);
  const evaluator = new Evaluator(game, net, Math.min(parallel, games));
  const experience = new Experience(game, capacity);
  const settings = {
    games,
    simulations,
    exploration,
    noise,
    noiseShare,
    temperatureMoves,
    searchShare,
    opening,
    generator,
  };
  const selfPlay = new SelfPlay(game, evaluator, settings);
  const step = trainStep((pictures: Tensor, policies: Tensor, values: Tensor) => {
    const [policy, value] = net.forward(pictures);
    const policyLoss = crossEntropy(policy, policies);
    const valueLoss = mseLoss(value, values);
    return [policyLoss.add(valueLoss), policyLoss, valueLoss] as const;
  }, optimizer);

  for (let iteration = 1; iteration <= iterations; iteration++) {
    net.eval();
    experience.push(await selfPlay.play(turns));
    net.train();
    let policyLoss = 0;
    let valueLoss = 0;
    for (let i = 0; i < steps; i++) {
      scope(() => {
        const [, ofPolicy, ofValue] = step(...experience.draw(batchSize, generator));
        policyLoss += ofPolicy.item() / steps;
        valueLoss += ofValue.item() / steps;
      });
      if (turns.due) await turns.give();
    }
    net.eval();
    const samples = experience.length;
    await given.onProgress?.({ iteration, iterations, samples, policyLoss, valueLoss });
  }
}
