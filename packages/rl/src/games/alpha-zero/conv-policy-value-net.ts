import { BatchNorm2d, Conv2d } from '@kasane/layers-cnn';
import { BasicBlock } from '@kasane/layers-cnn/models';
import { layerNames, layerOptions, Linear, Module, type LayerOptions } from '@kasane/nn';
import { optionsOf, requireWhole, type Tensor } from '@kasane/tensor-core';
import type { Game } from '../game.ts';
import { requireGame, requirePictures } from '../given.ts';
import type { PolicyValueModel } from './policy-value-net.ts';

/** Options of `ConvPolicyValueNet`. */
export interface ConvPolicyValueNetOptions extends LayerOptions {
  /** Channels of the convolutions. Default: 32. */
  readonly channels?: number;
  /** How many residual blocks, of two convolutions each. Default: 3. */
  readonly blocks?: number;
}

/**
 * The network of AlphaZero, in small: convolutions of 3 × 3 that keep the board's size, in residual blocks with batch normalisation, then a convolution of
 * 1 × 1 and full layers for each of policy and value.
 *
 * $$ x \leftarrow \operatorname{relu}(x + f(x)) \text{ in each block}, \qquad p = W_p\, g_p(x) + b_p, \quad v = \tanh(w_v \cdot g_v(x) + b_v) $$
 *
 * | tensor   | shape                       |
 * | -------- | --------------------------- |
 * | pictures | (B, planes, rows, columns)  |
 * | policy   | (B, actions)                |
 * | value    | (B)                         |
 *
 * @throws {@link ShapeError} if pictures have not the shape of the game's.
 * @throws RangeError if `channels` is not a whole number of at least 1, or `blocks` not one of at least 0.
 *
 * @example
 * import { connectFour, ConvPolicyValueNet } from '@kasane/rl/games';
 * import { zeros } from '@kasane/tensor-core';
 * const net = new ConvPolicyValueNet(connectFour, { channels: 8, blocks: 1 });
 * const [policy, value] = net.forward(zeros([4, 2, 6, 7]));
 * [policy.shape, value.shape]; // => [[4,7],[4]]
 * @see https://doi.org/10.1126/science.aar6404
 */
export class ConvPolicyValueNet extends Module implements PolicyValueModel {
  /** Of one picture: planes, rows, columns. */
  readonly shape: Game<unknown>['shape'];
  readonly conv: Conv2d;
  readonly bn: BatchNorm2d;
  readonly blocks: readonly BasicBlock[];
  readonly policyConv: Conv2d;
  readonly policyBn: BatchNorm2d;
  readonly policy: Linear;
  readonly valueConv: Conv2d;
  readonly valueBn: BatchNorm2d;
  readonly valueHidden: Linear;
  readonly value: Linear;

  constructor(
    game: Pick<Game<unknown>, 'actions' | 'shape'>,
    options: ConvPolicyValueNetOptions = {},
  ) {
    super();
    const names = ['channels', 'blocks', ...layerNames] as const;
    const given = optionsOf('ConvPolicyValueNet', options, names);
    requireGame('ConvPolicyValueNet', game);
    const { channels = 32, blocks = 3 } = given;
    requireWhole('ConvPolicyValueNet', 'channels', channels, 1);
    requireWhole('ConvPolicyValueNet', 'blocks', blocks);
    const how = layerOptions(given);
    const [planes, rows, columns] = game.shape;
    this.shape = game.shape;
    const cells = rows * columns;
    this.conv = new Conv2d(planes, channels, 3, { ...how, padding: 1, bias: false });
    this.bn = new BatchNorm2d(channels, how);
    this.blocks = Array.from({ length: blocks }, () => new BasicBlock(channels, channels, how));
    this.policyConv = new Conv2d(channels, 4, 1, { ...how, bias: false });
    this.policyBn = new BatchNorm2d(4, how);
    this.policy = new Linear(4 * cells, game.actions, how);
    this.valueConv = new Conv2d(channels, 2, 1, { ...how, bias: false });
    this.valueBn = new BatchNorm2d(2, how);
    this.valueHidden = new Linear(2 * cells, 64, how);
    this.value = new Linear(64, 1, how);
  }

  forward(pictures: Tensor): readonly [policy: Tensor, value: Tensor] {
    requirePictures('ConvPolicyValueNet', this.shape, pictures);
    let x = this.bn.forward(this.conv.forward(pictures)).relu(); // (B, channels, rows, columns)
    for (const block of this.blocks) x = block.forward(x);
    const batch = pictures.shape[0]!;
    const policy = this.policyBn.forward(this.policyConv.forward(x)).relu().reshape(batch, -1);
    const value = this.valueBn.forward(this.valueConv.forward(x)).relu().reshape(batch, -1);
    return [
      this.policy.forward(policy),
      this.value.forward(this.valueHidden.forward(value).relu()).squeeze(1).tanh(),
    ];
  }
}
