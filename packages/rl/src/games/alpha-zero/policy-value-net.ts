import { layerNames, Linear, Module, type LayerOptions } from '@kasane/nn';
import { optionsOf, requireWhole, type Tensor } from '@kasane/tensor-core';
import type { Game } from '../game.ts';
import { requireGame, requirePictures } from '../given.ts';

/** A network with two heads, given pictures of states as `Game.encode` writes them, (B, planes, rows, columns). */
export interface PolicyValueModel extends Module {
  /** Scores of all actions before the softmax, (B, actions), and what the states are worth to whoever is to move, (B), between -1 and 1. */
  forward(pictures: Tensor): readonly [policy: Tensor, value: Tensor];
}

/** Options of `PolicyValueNet`. */
export interface PolicyValueNetOptions extends LayerOptions {
  /** Width of the layers. Default: 128. */
  readonly width?: number;
  /** How many layers after the first, each added to what it is given. Default: 2. */
  readonly depth?: number;
}

/**
 * A small network of full layers for AlphaZero, enough for tic-tac-toe. The first layer, with a relu, makes x of a picture.
 *
 * $$ x \leftarrow x + \operatorname{relu}(W x + b) \text{ in each layer}, \qquad p = W_p\, x + b_p, \quad v = \tanh(w_v \cdot x + b_v) $$
 *
 * | tensor   | shape                       |
 * | -------- | --------------------------- |
 * | pictures | (B, planes, rows, columns)  |
 * | policy   | (B, actions)                |
 * | value    | (B)                         |
 *
 * @throws {@link ShapeError} if pictures have not the shape of the game's.
 * @throws RangeError if `width` is not a whole number of at least 1, or `depth` not one of at least 0.
 *
 * @example
 * import { PolicyValueNet, ticTacToe } from '@kasane/rl/games';
 * import { zeros } from '@kasane/tensor-core';
 * const net = new PolicyValueNet(ticTacToe, { width: 32 });
 * const [policy, value] = net.forward(zeros([4, 2, 3, 3]));
 * [policy.shape, value.shape]; // => [[4,9],[4]]
 */
export class PolicyValueNet extends Module implements PolicyValueModel {
  /** Of one picture: planes, rows, columns. */
  readonly shape: Game<unknown>['shape'];
  readonly input: Linear;
  readonly hidden: readonly Linear[];
  readonly policy: Linear;
  readonly value: Linear;

  constructor(game: Pick<Game<unknown>, 'actions' | 'shape'>, options: PolicyValueNetOptions = {}) {
    super();
    const names = ['width', 'depth', ...layerNames] as const;
    const { width = 128, depth = 2, ...init } = optionsOf('PolicyValueNet', options, names);
    requireGame('PolicyValueNet', game);
    requireWhole('PolicyValueNet', 'width', width, 1);
    requireWhole('PolicyValueNet', 'depth', depth);
    const [planes, rows, columns] = game.shape;
    this.shape = game.shape;
    this.input = new Linear(planes * rows * columns, width, init);
    this.hidden = Array.from({ length: depth }, () => new Linear(width, width, init));
    this.policy = new Linear(width, game.actions, init);
    this.value = new Linear(width, 1, init);
  }

  forward(pictures: Tensor): readonly [policy: Tensor, value: Tensor] {
    requirePictures('PolicyValueNet', this.shape, pictures);
    let x = this.input.forward(pictures.reshape(pictures.shape[0]!, -1)).relu(); // (B, width)
    for (const layer of this.hidden) x = x.add(layer.forward(x).relu());
    return [this.policy.forward(x), this.value.forward(x).squeeze(1).tanh()];
  }
}
