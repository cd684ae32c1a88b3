import {
  ConvPolicyValueNet,
  PolicyValueNet,
  trainAlphaZero,
  type AlphaZeroProgress,
  type Game,
  type PolicyValueModel,
} from '@kasane/rl/games';
import { AdamW } from '@kasane/optim';
import type { Generator } from '@kasane/tensor-core';

/** The exercise's parameters that learning goes by. */
export interface Settings {
  readonly width: number;
  readonly depth: number;
  readonly iterations: number;
  readonly games: number;
  readonly parallel: number;
  readonly simulations: number;
  readonly exploration: number;
  readonly drawn: number;
  readonly opening: number;
  readonly searched: number;
  readonly memory: number;
  readonly steps: number;
  readonly batch: number;
  readonly lr: number;
}

// #region lesson
/** A small board is seen whole; on a large one the same patterns are looked for everywhere. */
export function newNetwork(
  game: Game<unknown>,
  { width, depth }: Settings,
  generator: Generator,
): PolicyValueModel {
  const [, rows, columns] = game.shape;
  return rows * columns < 16
    ? new PolicyValueNet(game, { width, depth, generator })
    : new ConvPolicyValueNet(game, { channels: width, blocks: depth, generator });
}

/** Games against itself, and learning from them, in turn; smaller steps at the end. */
export async function teach(
  game: Game<unknown>,
  net: PolicyValueModel,
  settings: Settings & { readonly generator: Generator; readonly signal: AbortSignal },
  onProgress: (progress: AlphaZeroProgress) => Promise<void>,
): Promise<void> {
  const { iterations, games, parallel, simulations, exploration, opening, steps, lr } = settings;
  const optimizer = new AdamW(net.parameters(), { lr, weightDecay: 1e-4 });
  await trainAlphaZero(game, net, {
    iterations,
    games,
    parallel,
    simulations,
    exploration,
    temperatureMoves: settings.drawn,
    opening,
    searchShare: settings.searched,
    capacity: settings.memory,
    steps,
    batchSize: settings.batch,
    optimizer,
    generator: settings.generator,
    signal: settings.signal,
    async onProgress(progress) {
      if (progress.iteration === Math.round(0.8 * iterations)) {
        for (const group of optimizer.paramGroups) group.lr = lr / 10;
      }
      await onProgress(progress);
    },
  });
}
// #endregion
