/** How well someone plays: against others, and against what is known to be best. */
import {
  AlphaZeroPlayer,
  arena,
  connectFour,
  ConnectFourSolver,
  MCTS,
  mistakes,
  RandomPlayer,
  reachable,
  TableSolver,
  ticTacToe,
  type ArenaResult,
  type Game,
  type Mistakes,
  type Player,
  type PolicyValueModel,
  type Solver,
} from '@kasane/rl/games';
import type { Generator } from '@kasane/tensor-core';
import type { Preset } from '../../exercise.ts';

/** The games there are. */
export const GAMES: Readonly<Record<'tic-tac-toe' | 'connect-four', Game<unknown>>> = {
  'tic-tac-toe': ticTacToe,
  'connect-four': connectFour,
};

const TIC_TAC_TOE = GAMES['tic-tac-toe'];

/** Positions whose values are known, and who knows them. */
export interface Known {
  readonly solver: Solver<unknown>;
  /** Open positions by what they are called. */
  readonly positions: Readonly<Record<string, readonly unknown[]>>;
}

/** All positions of tic-tac-toe; of connect four some to which moves at random led. */
function knownOf(game: Game<unknown>, count: number, generator: Generator): Known {
  if (game === TIC_TAC_TOE) {
    const open = reachable(game).filter((state) => game.outcome(state) === null);
    return { solver: new TableSolver(game), positions: { 'all positions': open } };
  }
  const reached = (from: number, to: number): unknown[] =>
    Array.from({ length: count }, (_, i) => atRandom(game, from + (i % (to - from)), generator));
  // The positions are its own.
  const solver = new ConnectFourSolver({ tableBits: 22 }) as Solver<unknown>;
  return {
    solver,
    positions: { '16 to 23 stones': reached(16, 24), '28 to 35 stones': reached(28, 36) },
  };
}

/** A position after so many moves at random. */
function atRandom(game: Game<unknown>, moves: number, generator: Generator): unknown {
  for (;;) {
    let state = game.initial();
    for (let i = 0; i < moves && game.outcome(state) === null; i++) {
      const actions = game.legal(state);
      state = game.play(state, actions[generator.below(actions.length)]!);
    }
    if (game.outcome(state) === null) return state;
  }
}

/** One of the positions that turning and mirroring make of each other: the first that was found. */
export function alike(game: Game<unknown>, states: readonly unknown[]): unknown[] {
  const [planes, rows, columns] = game.shape;
  const cells = rows * columns;
  const picture = new Float32Array(planes * cells);
  const seen = new Set<string>();
  return states.filter((state) => {
    game.encode(state, picture);
    const turned = game.symmetries.map(({ cells: from }) =>
      Array.from(picture, (_, i) => picture[i - (i % cells) + from[i % cells]!]).join(''),
    );
    const isNew = !seen.has(turned[0]!);
    for (const one of turned) seen.add(one);
    return isNew;
  });
}

/** How well the network plays while it learns. */
export interface Standing {
  /** Points per game alone against moves at random, and with search against UCT. */
  readonly random: number;
  readonly rival: number;
  /** Mistakes per move, alone, in the last set of positions. */
  readonly mistakes: number;
}

/** How well it plays in the end: games, and mistakes in each set of positions. */
export interface Final {
  readonly alone: readonly Mistakes[];
  readonly searching: readonly Mistakes[];
  readonly random: ArenaResult;
  readonly rival: ArenaResult;
}

/** How an examiner measures. */
export interface Measure {
  /** Simulations of the network's search, and of UCT. */
  readonly thinking: number;
  readonly rival: number;
  readonly preset: Preset;
  readonly generator: Generator;
}

/** Measures a network while it learns. */
export class Examiner {
  readonly game: Game<unknown>;
  readonly known: Known;
  /** A tree search that knows nothing but the rules. */
  readonly uct: MCTS<unknown>;
  readonly #net: PolicyValueModel;
  readonly #measure: Measure;

  constructor(game: Game<unknown>, net: PolicyValueModel, measure: Measure) {
    const { rival: simulations, preset, generator } = measure;
    this.game = game;
    this.known = knownOf(game, preset === 'quick' ? 40 : 300, generator);
    this.uct = new MCTS(game, { simulations, generator });
    this.#net = net;
    this.#measure = measure;
  }

  /** The network with a search of some simulations, or alone with 0. */
  player(simulations: number): AlphaZeroPlayer<unknown> {
    return playerOf(this.game, this.#net, simulations);
  }

  async standing(): Promise<Standing> {
    const random = await this.#againstRandom(100);
    const rival = await this.#againstUct(this.#measure.preset === 'quick' ? 2 : 20);
    return {
      random: random.score,
      rival: rival.score,
      mistakes: (await this.mistakes(0)).at(-1)!.rate,
    };
  }

  async final(): Promise<Final> {
    const { thinking, preset } = this.#measure;
    return {
      alone: await this.mistakes(0),
      searching: await this.mistakes(thinking),
      random: await this.#againstRandom(
        preset === 'quick' && this.game !== TIC_TAC_TOE ? 500 : 2000,
      ),
      rival: await this.#againstUct(preset === 'quick' ? 6 : 100),
    };
  }

  /** Mistakes with so many simulations in each set of positions. */
  async mistakes(simulations: number): Promise<Mistakes[]> {
    const { solver, positions } = this.known;
    const found: Mistakes[] = [];
    for (const states of Object.values(positions)) {
      found.push(await mistakes(this.game, this.player(simulations), [states, solver]));
    }
    return found;
  }

  #againstRandom(games: number): Promise<ArenaResult> {
    const { generator } = this.#measure;
    return arena(this.game, [this.player(0), new RandomPlayer(this.game, { generator })], {
      games,
    });
  }

  /** Connect four begins with two moves at random, so that games differ; in tic-tac-toe these may lose. */
  #againstUct(games: number): Promise<ArenaResult> {
    const { generator, thinking } = this.#measure;
    const opening = this.game === TIC_TAC_TOE ? 0 : 2;
    return arena(this.game, [this.player(thinking), this.uct], { games, opening, generator });
  }
}

/** The network as a player. */
export function playerOf(
  game: Game<unknown>,
  net: PolicyValueModel,
  simulations: number,
): AlphaZeroPlayer<unknown> {
  return new AlphaZeroPlayer(game, net, { simulations });
}

/** The states of a game that a player plays against itself. */
export async function gameOf(game: Game<unknown>, player: Player<unknown>): Promise<unknown[]> {
  const states = [game.initial()];
  for (let state = states[0]; game.outcome(state) === null; states.push(state)) {
    state = game.play(state, await player.choose(state));
  }
  return states;
}
