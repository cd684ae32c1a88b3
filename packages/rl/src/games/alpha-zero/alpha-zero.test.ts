import { Module, Parameter } from '@kasane/nn';
import { Generator, memory, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { arena, mistakes, RandomPlayer } from '../arena.ts';
import { connectFour } from '../connect-four.ts';
import { reachable, TableSolver } from '../solver.ts';
import { ticTacToe as game } from '../tic-tac-toe.ts';
import { AlphaZeroPlayer } from './alpha-zero-player.ts';
import { ConvPolicyValueNet } from './conv-policy-value-net.ts';
import { Evaluator } from './evaluator.ts';
import { Experience } from './experience.ts';
import { PolicyValueNet, type PolicyValueModel } from './policy-value-net.ts';
import { PuctTree } from './puct.ts';
import { trainAlphaZero, type AlphaZeroProgress } from './train-alpha-zero.ts';

/** Likes all actions alike, and finds every state worth nothing. */
class Indifferent extends Module implements PolicyValueModel {
  readonly nothing = new Parameter(zeros([9]));
  forward(pictures: Tensor): readonly [Tensor, Tensor] {
    const batch = pictures.shape[0]!;
    return [this.nothing.broadcastTo([batch, 9]), zeros([batch])];
  }
}

describe('PuctTree', () => {
  /** A tree whose network is a table of policies and says 0.25 of every state. */
  function grown(
    simulations: number,
    policy: readonly number[],
  ): PuctTree<{ own: number; other: number }> {
    const tree = new PuctTree(game, game.initial(), 1);
    for (let i = 0; i <= simulations; i++)
      if (tree.descend() !== null) tree.answer([...policy, 0.25], 0);
    return tree;
  }
  const policy = [0.05, 0.05, 0.05, 0.05, 0.6, 0.05, 0.05, 0.05, 0.05];

  test('takes the action the policy likes most first, though N, the sum over children, is 0 then', () => {
    expect(grown(1, policy).visits()).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0]);
  });

  test('goes by Q + c P √N / (1 + n), with the values of children turned round', () => {
    // After one visit of the middle, worth -0.25: -0.25 + 0.6 · 1 / 2 = 0.05, equal to 0 + 0.05 · 1 / 1 elsewhere up to rounding.
    const tree = grown(2, [0.04, 0.04, 0.06, 0.05, 0.6, 0.05, 0.06, 0.05, 0.05]);
    expect(tree.visits()).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 0]);
    expect(tree.value()).toBe(-0.25);
  });

  test('keeps what it knows of what follows a move that is made', () => {
    const tree = grown(6, policy);
    const visits = tree.visits();
    tree.advance(4);
    expect(tree.state).toEqual(game.play(game.initial(), 4));
    // The first visit was to the state itself.
    expect([tree.isKnown, tree.tried]).toEqual([true, visits[4]! - 1]);
    expect(tree.visits()[4]).toBe(0);
    const tried = tree.visits();
    tree.advance(game.legal(tree.state).find((action) => tried[action] === 0)!);
    expect([tree.isKnown, tree.tried]).toEqual([false, 0]);
  });

  test('leaves out illegal actions, and shares alike where the policy gives legal ones nothing', () => {
    const tree = new PuctTree(game, game.play(game.initial(), 4), 1);
    tree.descend();
    tree.answer([0, 0, 0, 0, 1, 0, 0, 0, 0, 0], 0);
    expect(tree.priors()).toEqual([0.125, 0.125, 0.125, 0.125, 0, 0.125, 0.125, 0.125, 0.125]);
    tree.addNoise([1, 0, 0, 0, 7, 0, 0, 0, 1], 0, 0.5);
    expect(tree.priors()).toEqual([
      0.3125, 0.0625, 0.0625, 0.0625, 0, 0.0625, 0.0625, 0.0625, 0.3125,
    ]);
  });
});

describe('AlphaZeroPlayer', () => {
  test('finds wins and blocks with a network that knows nothing', () => {
    const player = new AlphaZeroPlayer(game, new Indifferent(), { simulations: 300 });
    expect(player.choose({ own: 0b000_000_011, other: 0b000_011_000 })).toBe(2);
    expect(player.choose({ own: 0b000_010_000, other: 0b000_000_011 })).toBe(2);
    expect(player.analyse({ own: 0b011, other: 0b011_000 }).value).toBeGreaterThan(0.8);
  });

  test('without simulations takes what the policy likes most of what is legal', () => {
    const net = new Indifferent();
    net.nothing.assign(tensor([0, 0, 0, 0, 9, 0, 0, 5, 0]));
    const player = new AlphaZeroPlayer(game, net, { simulations: 0 });
    expect(player.choose(game.initial())).toBe(4);
    expect(player.analyse(game.play(game.initial(), 4)).policy[7]).toBeCloseTo(
      Math.exp(5) / (Math.exp(5) + 7),
    );
    expect(player.choose(game.play(game.initial(), 4))).toBe(7);
  });

  test('keeps no memory', () => {
    const player = new AlphaZeroPlayer(game, new Indifferent(), { simulations: 20 });
    player.choose(game.initial());
    const before = memory().wasm.tensors;
    player.choose(game.initial());
    expect(memory().wasm.tensors).toBe(before);
  });

  test('errors say what is wrong', () => {
    const net = new Indifferent();
    const over = { own: 0b000_000_110, other: 0b111_000_000 };
    expect(() => new AlphaZeroPlayer(game, net).choose(over)).toThrow(
      /^AlphaZeroPlayer: there is no action to choose/,
    );
    expect(() => new AlphaZeroPlayer(game, net, { simulations: -1 })).toThrow(RangeError);
    // @ts-expect-error -- no network
    expect(() => new AlphaZeroPlayer(game, {})).toThrow(
      /^AlphaZeroPlayer: needs a network, such as PolicyValueNet, got/,
    );
  });
});

describe('Evaluator', () => {
  test('asks once about states that are the same, and forgets when it is told to', () => {
    const net = new PolicyValueNet(game, { width: 4, generator: new Generator(1) });
    const evaluator = new Evaluator(game, net, 3);
    const [start, middle, corner] = [
      game.initial(),
      game.play(game.initial(), 4),
      game.play(game.initial(), 0),
    ];
    evaluator.ask([start, middle, start]);
    expect([start, middle, corner].map((state) => evaluator.find(state))).toEqual([0, 10, -1]);
    evaluator.ask([corner]);
    for (const [place, state] of [start, middle, corner].entries()) {
      const picture = new Float32Array(18);
      game.encode(state, picture);
      const [policy, value] = net.forward(tensor(picture, [1, 2, 3, 3]));
      const answer = [...evaluator.answers.slice(10 * place, 10 * place + 10)];
      const wanted = [...policy.softmax(1).dataSync(), value.item()];
      for (const [i, number] of wanted.entries()) expect(answer[i]).toBeCloseTo(number, 6);
    }
    evaluator.forget();
    expect(evaluator.find(start)).toBe(-1);
  });
});

describe('Experience', () => {
  test('turns pictures and policies together, and forgets the oldest', () => {
    const memory = new Experience(connectFour, 2);
    const sampleOf = (column: number) => {
      const picture = new Float32Array(84);
      connectFour.encode(connectFour.play(connectFour.initial(), column), picture);
      return {
        picture,
        policy: Float32Array.from({ length: 7 }, (_, a) => +(a === column)),
        value: 1,
      };
    };
    memory.push([sampleOf(3), sampleOf(0), sampleOf(1)]);
    expect(memory.length).toBe(2);
    const [pictures, policies] = memory.draw(64, new Generator(1));
    const stones = pictures.slice(1, 1, 2).slice(2, 5, 6).reshape(64, 7);
    expect(stones.toArray()).toEqual(policies.toArray());
    expect(policies.sum(0).toArray()).toEqual([
      expect.any(Number),
      expect.any(Number),
      0,
      0,
      0,
      expect.any(Number),
      expect.any(Number),
    ]);
  });
});

describe('networks', () => {
  test('say which pictures they take', () => {
    for (const net of [new PolicyValueNet(game), new ConvPolicyValueNet(game)]) {
      expect(() => net.forward(zeros([2, 9]))).toThrow(
        /PolicyValueNet: pictures must have shape \[2,2,3,3\], got \[2,9\]\.$/,
      );
    }
  });
});

describe('ConvPolicyValueNet', () => {
  test('is given connect four, and learns from self-play', async () => {
    const generator = new Generator(4);
    const net = new ConvPolicyValueNet(connectFour, { channels: 8, blocks: 1, generator });
    const losses: number[] = [];
    await trainAlphaZero(connectFour, net, {
      iterations: 2,
      games: 8,
      simulations: 10,
      steps: 20,
      batchSize: 32,
      generator,
      onProgress: ({ policyLoss, valueLoss }) => void losses.push(policyLoss + valueLoss),
    });
    expect(losses[1]).toBeLessThan(losses[0]!);
    expect(net.training).toBe(false);
  });
});

describe('trainAlphaZero', () => {
  const small = { iterations: 8, games: 64, simulations: 20, steps: 60, opening: 5 };

  async function trained(
    seed: number,
    options = {},
  ): Promise<[PolicyValueNet, AlphaZeroProgress[]]> {
    const generator = new Generator(seed);
    const net = new PolicyValueNet(game, { width: 64, generator });
    const told: AlphaZeroProgress[] = [];
    await trainAlphaZero(game, net, {
      ...small,
      ...options,
      generator,
      onProgress: (p) => void told.push(p),
    });
    return [net, told];
  }

  test('teaches tic-tac-toe: the network alone scores 0.9 against random, with search fewer mistakes', async () => {
    const [net, told] = await trained(1);
    expect(told.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(told.at(-1)!.policyLoss).toBeLessThan(told[0]!.policyLoss - 0.3);
    const alone = new AlphaZeroPlayer(game, net, { simulations: 0 });
    const random = new RandomPlayer(game, { generator: new Generator(7) });
    expect((await arena(game, [alone, random], { games: 100 })).score).toBeGreaterThan(0.9);
    const cases = [reachable(game).filter((_, i) => i % 10 === 0), new TableSolver(game)] as const;
    const searching = new AlphaZeroPlayer(game, net, { simulations: 25 });
    const { rate } = await mistakes(game, alone, cases);
    expect((await mistakes(game, searching, cases)).rate).toBeLessThan(rate / 2);
  });

  test('gives the same network for the same seed', async () => {
    const options = { iterations: 2, games: 10, steps: 10 };
    const [a] = await trained(2, options);
    const [b] = await trained(2, options);
    expect(a.value.weight.toArray()).toEqual(b.value.weight.toArray());
  });

  test('stops where the signal says so, and says what is wrong', async () => {
    await expect(trained(3, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    await expect(trained(3, { noiseShare: 2 })).rejects.toThrow(
      /^trainAlphaZero: noiseShare must be from 0 to 1, got 2\.$/,
    );
    await expect(trained(3, { searchShare: 1.5 })).rejects.toThrow(
      /^trainAlphaZero: searchShare must be from 0 to 1, got 1\.5\.$/,
    );
    await expect(trained(3, { games: 0 })).rejects.toThrow(RangeError);
  });
});
