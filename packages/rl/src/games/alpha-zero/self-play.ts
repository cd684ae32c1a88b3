import { Dirichlet } from '@kasane/distributions';
import { full, scope, type Generator } from '@kasane/tensor-core';
import type { Turns } from '@kasane/tensor-core/turns';
import type { Game } from '../game.ts';
import { opened } from '../opening.ts';
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
  readonly searchShare: number;
  readonly opening: number;
  readonly generator: Generator;
}

/** A game that is being played. */
interface Running<State> {
  readonly tree: PuctTree<State>;
  readonly samples: Sample[];
  /** Whether the root has had its noise. */
  isNoisy: boolean;
}

/** Noise is drawn for so many states at once. */
const NOISE_ROWS = 256;

/**
 * Plays games of the network against itself, many side by side, so that it is asked about one state of each at a time. Moves are drawn by how often they were tried, after
 * `temperatureMoves` of them the one tried most is taken. What the search found out of the state that a move leads to is kept.
 */
export class SelfPlay<State> {
  readonly #game: Game<State>;
  readonly #evaluator: Evaluator<State>;
  readonly #settings: SelfPlaySettings;
  #noise: ArrayLike<number> = [];
  #noiseUsed = 0;

  constructor(game: Game<State>, evaluator: Evaluator<State>, settings: SelfPlaySettings) {
    this.#game = game;
    this.#evaluator = evaluator;
    this.#settings = settings;
  }

  /** Plays all games: what is to be learnt from them. */
  async play(turns: Turns): Promise<Sample[]> {
    const finished: Sample[] = [];
    const { games } = this.#settings;
    let started = Math.min(games, this.#evaluator.batch);
    let running = Array.from({ length: started }, () => this.#begin());
    this.#evaluator.forget();
    while (running.length > 0) {
      const asking: Running<State>[] = [];
      const leaves: State[] = [];
      for (let one of running) {
        if (turns.due) await turns.give();
        let leaf = this.#goOn(one);
        while (leaf === null) {
          finished.push(...one.samples);
          if (started === games) break;
          started += 1;
          one = this.#begin();
          leaf = this.#goOn(one);
        }
        if (leaf === null) continue;
        asking.push(one);
        leaves.push(leaf);
      }
      if (leaves.length > 0) this.#evaluator.ask(leaves);
      for (const [i, { tree }] of asking.entries()) {
        tree.answer(this.#evaluator.answers, this.#evaluator.find(leaves[i]!));
      }
      running = asking;
    }
    return finished;
  }

  /** A new game, after a random number of random moves. */
  #begin(): Running<State> {
    const { opening, generator, exploration } = this.#settings;
    const moves = opening === 0 ? 0 : generator.below(opening + 1);
    const state = opened('trainAlphaZero', this.#game, { moves, generator });
    return { tree: new PuctTree(this.#game, state, exploration), samples: [], isNoisy: false };
  }

  /** Searches and moves until the network is to be asked about a state; null when the game is over. */
  #goOn(one: Running<State>): State | null {
    const { tree } = one;
    const { simulations, noiseShare } = this.#settings;
    for (;;) {
      if (tree.isKnown) {
        if (!one.isNoisy && noiseShare > 0) tree.addNoise(...this.#drawNoise(), noiseShare);
        one.isNoisy = true;
        if (tree.tried >= simulations) {
          if (this.#move(one)) return null;
          continue;
        }
      }
      const leaf = tree.descend();
      if (leaf === null) continue;
      const place = this.#evaluator.find(leaf);
      if (place < 0) return leaf;
      tree.answer(this.#evaluator.answers, place);
    }
  }

  /** Makes a move; true if it ended the game. */
  #move(one: Running<State>): boolean {
    const { tree, samples } = one;
    const { temperatureMoves, searchShare, generator } = this.#settings;
    const visits = tree.visits();
    const action =
      samples.length < temperatureMoves
        ? drawnBy(visits, generator)
        : mostTried(visits, tree.priors());
    samples.push(this.#sample(tree, visits));
    tree.advance(action);
    one.isNoisy = false;
    const outcome = this.#game.outcome(tree.state);
    if (outcome === null) return false;
    // The last sample's mover is the opponent of whoever would be to move now, and so on back.
    for (const [n, sample] of samples.entries()) {
      const end = (samples.length - n) % 2 === 0 ? outcome : 0 - outcome;
      sample.value = (1 - searchShare) * end + searchShare * sample.value;
    }
    return true;
  }

  #sample(tree: PuctTree<State>, visits: readonly number[]): Sample {
    const [planes, rows, columns] = this.#game.shape;
    const picture = new Float32Array(planes * rows * columns);
    this.#game.encode(tree.state, picture);
    const sum = visits.reduce((a, b) => a + b, 0);
    return { picture, policy: Float32Array.from(visits, (n) => n / sum), value: tree.value() };
  }

  /** Noise for all actions: numbers, and where among them it begins. */
  #drawNoise(): [noise: ArrayLike<number>, offset: number] {
    const { actions } = this.#game;
    if (this.#noiseUsed === this.#noise.length) {
      const { noise, generator } = this.#settings;
      this.#noise = scope(() =>
        new Dirichlet(full([NOISE_ROWS, actions], noise)).sample([], { generator }).dataSync(),
      );
      this.#noiseUsed = 0;
    }
    const offset = this.#noiseUsed;
    this.#noiseUsed += actions;
    return [this.#noise, offset];
  }
}

/** An action drawn with probabilities like its visits. */
function drawnBy(visits: readonly number[], generator: Generator): number {
  let left = generator.below(visits.reduce((a, b) => a + b, 0));
  return visits.findIndex((n) => (left -= n) < 0);
}
