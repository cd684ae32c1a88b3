import { optionsOf, requireWhole } from '@kasane/tensor-core';
import type { Game, Player } from '../game.ts';
import { requireExploration, requireGame, requireModel } from '../given.ts';
import type { SearchAnalysis } from '../mcts.ts';
import { movesOf } from '../minimax.ts';
import { Evaluator } from './evaluator.ts';
import type { PolicyValueModel } from './policy-value-net.ts';
import { PuctTree } from './puct.ts';

/** Options of `AlphaZeroPlayer`. */
export interface AlphaZeroPlayerOptions {
  /** How often the network is asked about what follows before each choice; 0 takes what its policy likes most. Default: 100. */
  readonly simulations?: number;
  /** How much the policy counts against what the search finds: c of PUCT. Default: 1.5. */
  readonly exploration?: number;
}

/** What a search with a network found. */
export interface PolicyAnalysis extends SearchAnalysis {
  /** What the network's policy says of each action, illegal ones left out. */
  readonly policy: readonly number[];
}

/**
 * Plays with a network and a tree search: the policy says which moves are worth a look, the value what the states are worth to which they lead. Chosen is the action
 * tried most, of equals the one the policy likes more.
 *
 * $$ a^* = \arg\max_a N(a), \qquad \text{in the tree: } \arg\max_a \; Q(a) + c\, P(a) \frac{\sqrt{\sum_b N(b)}}{1 + N(a)} $$
 *
 * @throws RangeError if the game is over, `simulations` is not a whole number, or `exploration` not ≥ 0 and finite.
 *
 * @example
 * import { AlphaZeroPlayer, PolicyValueNet, ticTacToe } from '@kasane/rl/games';
 * import { Generator } from '@kasane/tensor-core';
 * const net = new PolicyValueNet(ticTacToe, { width: 16, generator: new Generator(1) }); // knows nothing yet
 * const player = new AlphaZeroPlayer(ticTacToe, net, { simulations: 200 });
 * player.choose({ own: 0b000_000_011, other: 0b000_011_000 }); // => 2
 * @see https://doi.org/10.1126/science.aar6404
 */
export class AlphaZeroPlayer<State> implements Player<State> {
  readonly game: Game<State>;
  readonly simulations: number;
  readonly exploration: number;
  readonly #evaluator: Evaluator<State>;

  constructor(game: Game<State>, net: PolicyValueModel, options: AlphaZeroPlayerOptions = {}) {
    const given = optionsOf('AlphaZeroPlayer', options, ['simulations', 'exploration']);
    requireGame('AlphaZeroPlayer', game);
    requireModel('AlphaZeroPlayer', net);
    const { simulations = 100, exploration = 1.5 } = given;
    requireWhole('AlphaZeroPlayer', 'simulations', simulations);
    requireExploration('AlphaZeroPlayer', exploration);
    this.game = game;
    this.simulations = simulations;
    this.exploration = exploration;
    this.#evaluator = new Evaluator(game, net, 1);
  }

  choose(state: State): number {
    return this.analyse(state).action;
  }

  /** The action tried most, the mean value found, how often each was tried, and how likely the policy finds each. */
  analyse(state: State): PolicyAnalysis {
    movesOf('AlphaZeroPlayer', this.game, state);
    const tree = new PuctTree(this.game, state, this.exploration);
    const evaluator = this.#evaluator;
    evaluator.forget(); // the network may have learnt since
    let seen = 0;
    // The first pass is for the root itself.
    for (let i = 0; i <= this.simulations; i++) {
      const leaf = tree.descend();
      if (leaf === null) continue;
      if (evaluator.find(leaf) < 0) evaluator.ask([leaf]);
      const place = evaluator.find(leaf);
      tree.answer(evaluator.answers, place);
      if (i === 0) seen = evaluator.answers[place + this.game.actions]!;
    }
    const visits = tree.visits();
    const policy = tree.priors();
    const value = this.simulations === 0 ? seen : tree.value();
    return { action: mostTried(visits, policy), value, visits, policy };
  }
}

/** The action with the most visits, of equals that with the greatest prior; legal ones have either. @internal */
export function mostTried(visits: readonly number[], priors: readonly number[]): number {
  let best = 0;
  for (let a = 1; a < visits.length; a++) {
    const more = visits[a]! - visits[best]!;
    if (more > 0 || (more === 0 && priors[a]! > priors[best]!)) best = a;
  }
  return best;
}
