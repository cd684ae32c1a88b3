/** Arguments by name of what plays games. */
import {
  connectFour,
  PolicyValueNet,
  RandomPlayer,
  TableSolver,
  ticTacToe,
} from '@kasane/rl/games';
import { ones } from '@kasane/tensor-core';

const start = (): readonly unknown[] => [ticTacToe.initial()];
// Near its end, where a search is short.
const late = (): readonly unknown[] => [
  [...'2252576253462244111563365343671'].reduce(
    (state, column) => connectFour.play(state, Number(column) - 1),
    connectFour.initial(),
  ),
];
const net = (): PolicyValueNet => new PolicyValueNet(ticTacToe, { width: 2, depth: 1 });
const random = (): RandomPlayer<unknown> => new RandomPlayer<unknown>(ticTacToe);
const few = { iterations: 1, games: 1, simulations: 1, steps: 1, batchSize: 1 };

/** Arguments of calls that work. */
export const gameRows: Readonly<Record<string, () => readonly unknown[]>> = {
  arena: () => [ticTacToe, [random(), random()], { games: 2 }],
  mistakes: () => [
    ticTacToe,
    random(),
    [[{ own: 0b101, other: 0b11000 }], new TableSolver(ticTacToe)],
  ],
  reachable: () => [ticTacToe],
  RandomPlayer: () => [ticTacToe],
  'RandomPlayer.choose': start,
  Minimax: () => [ticTacToe, { depth: 2 }],
  'Minimax.choose': start,
  'Minimax.analyse': start,
  MCTS: () => [ticTacToe, { simulations: 4 }],
  'MCTS.choose': start,
  'MCTS.analyse': start,
  TableSolver: () => [ticTacToe],
  'TableSolver.value': start,
  'TableSolver.choose': start,
  ConnectFourSolver: () => [{ tableBits: 4 }],
  'ConnectFourSolver.value': late,
  'ConnectFourSolver.score': late,
  'ConnectFourSolver.choose': late,
  PolicyValueNet: () => [ticTacToe, { width: 2 }],
  'PolicyValueNet.forward': () => [ones([1, 2, 3, 3])],
  ConvPolicyValueNet: () => [connectFour, { channels: 2, blocks: 0 }],
  'ConvPolicyValueNet.forward': () => [ones([1, 2, 6, 7])],
  AlphaZeroPlayer: () => [ticTacToe, net(), { simulations: 1 }],
  'AlphaZeroPlayer.choose': start,
  'AlphaZeroPlayer.analyse': start,
  trainAlphaZero: () => [ticTacToe, net(), few],
};
