export {
  arena,
  mistakes,
  RandomPlayer,
  type ArenaOptions,
  type ArenaResult,
  type Mistakes,
  type MistakesOptions,
  type RandomPlayerOptions,
} from './arena.ts';
export { connectFour, type ConnectFourState } from './connect-four.ts';
export { ConnectFourSolver, type ConnectFourSolverOptions } from './connect-four-solver.ts';
export type { Analysis, Game, Player, Symmetry } from './game.ts';
export { MCTS, type MCTSOptions, type SearchAnalysis } from './mcts.ts';
export { Minimax, type MinimaxOptions } from './minimax.ts';
export { reachable, TableSolver, type Solver } from './solver.ts';
export { ticTacToe, type TicTacToeState } from './tic-tac-toe.ts';
export {
  AlphaZeroPlayer,
  type AlphaZeroPlayerOptions,
  type PolicyAnalysis,
} from './alpha-zero/alpha-zero-player.ts';
export {
  PolicyValueNet,
  type PolicyValueModel,
  type PolicyValueNetOptions,
} from './alpha-zero/policy-value-net.ts';
export {
  trainAlphaZero,
  type AlphaZeroOptions,
  type AlphaZeroProgress,
} from './alpha-zero/train-alpha-zero.ts';
export {
  ConvPolicyValueNet,
  type ConvPolicyValueNetOptions,
} from './alpha-zero/conv-policy-value-net.ts';
