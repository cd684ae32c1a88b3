/** What can be asked of the network: a game against it, and a match against others. */
import {
  arena,
  MCTS,
  Minimax,
  RandomPlayer,
  type Game,
  type Player,
  type PolicyValueModel,
} from '@kasane/rl/games';
import { Generator } from '@kasane/tensor-core';
import type { Try } from '../../exercise.ts';
import type { ChoiceParameter, IntegerParameter, TextParameter } from '../../parameter.ts';
import { UsageError } from '../../usage-error.ts';
import { boardOf, drawnGame, movesOf } from './drawing.ts';
import { playerOf } from './measuring.ts';

/** What was taught, and how long UCT searches. */
export interface Trained {
  readonly game: Game<unknown>;
  readonly net: PolicyValueModel;
  readonly rival: number;
}

/** The moves someone typed, counted from 1. */
function movesIn(text: string): number[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.map((word) => {
    if (/^[1-9]\d?$/.test(word)) return Number(word) - 1;
    throw new UsageError(
      `moves are numbers with spaces between them, such as 5 1 9, got '${word}'`,
    );
  });
}

const resultOf = (game: Game<unknown>, state: unknown, you: 0 | 1): string => {
  const outcome = game.outcome(state);
  if (outcome === null) return 'your move';
  if (outcome === 0) return 'a draw';
  return outcome > 0 === (game.player(state) === you) ? 'you win' : 'the network wins';
};

/** Plays your moves and the network's in turn: all states, and who made which move. */
function played(
  { game, net }: Trained,
  yours: readonly number[],
  { you, simulations }: { readonly you: 0 | 1; readonly simulations: number },
): { states: unknown[]; moves: [who: string, move: number, value: number | string][] } {
  const network = playerOf(game, net, simulations);
  const states = [game.initial()];
  const moves: [string, number, number | string][] = [];
  const left = [...yours];
  for (;;) {
    const state = states.at(-1)!;
    const isOver = game.outcome(state) !== null;
    if (isOver && left.length > 0) {
      throw new UsageError(`the game is over before your move ${left[0]! + 1}`);
    }
    if (isOver) return { states, moves };
    if (game.player(state) === you) {
      const move = left.shift();
      if (move === undefined) return { states, moves };
      const legal = game.legal(state);
      if (!legal.includes(move)) {
        const free = legal.map((one) => one + 1).join(', ');
        throw new UsageError(`your move ${move + 1} is not to be had: free are ${free}`);
      }
      moves.push(['you', move + 1, '']);
      states.push(game.play(state, move));
    } else {
      const { action, value } = network.analyse(state);
      moves.push(['network', action + 1, value]);
      states.push(game.play(state, action));
    }
  }
}

/** A game against the network, which always answers the same: so all your moves so far are a game. */
export const play: Try<
  {
    readonly moves: TextParameter;
    readonly begins: ChoiceParameter & { readonly options: readonly ['you', 'network'] };
    readonly effort: IntegerParameter;
  },
  Trained
> = {
  title: { en: 'Play against the network', ja: 'ネットワークと対戦する' },
  parameters: {
    moves: { type: 'text', default: '5', maxLength: 200, description: 'your moves so far, the next one last: squares 1 to 9, row by row, or columns 1 to 7' },
    begins: { type: 'choice', options: ['you', 'network'], default: 'you', description: 'who has X and begins' },
    effort: { type: 'integer', default: 100, min: 0, max: 100_000, description: 'simulations for a move of the network; 0 plays what p likes most' },
  }, // prettier-ignore
  *run(trained, { moves: text, begins, effort: simulations }) {
    const { game, net } = trained;
    const you = begins === 'you' ? 0 : 1;
    const { states, moves } = played(trained, movesIn(text), { you, simulations });
    yield { type: 'table', name: 'moves', columns: ['who', 'move', 'worth to the network'], rows: moves }; // prettier-ignore
    yield drawnGame('the game so far', game, states);
    // What it saw before its last answer.
    const answered = states.findLast(
      (state) => game.outcome(state) === null && game.player(state) !== you,
    );
    if (answered !== undefined) {
      const { visits, policy } = playerOf(game, net, simulations).analyse(answered);
      yield movesOf('p: what looked good to it', game, answered, policy);
      const tried = Math.max(1, simulations);
      if (simulations > 0) yield movesOf('π: what it tried', game, answered, visits.map((n) => n / tried)); // prettier-ignore
    }
    const state = states.at(-1)!;
    yield boardOf(resultOf(game, state, you), game, state);
  },
};

/** Games against another player. */
export const match: Try<
  {
    readonly opponent: ChoiceParameter & {
      readonly options: readonly ['random', 'uct', 'minimax', 'itself-alone'];
    };
    readonly effort: IntegerParameter;
    readonly rounds: IntegerParameter;
  },
  Trained
> = {
  title: { en: 'Let it play against another', ja: '他のプレイヤーと対戦させる' },
  parameters: {
    opponent: { type: 'choice', options: ['random', 'uct', 'minimax', 'itself-alone'], default: 'uct', description: 'who plays against it: moves at random, UCT, minimax four moves deep, or its own policy without a search' },
    effort: { type: 'integer', default: 25, min: 0, max: 10_000, description: 'simulations for a move of the network' },
    rounds: { type: 'integer', default: 20, min: 1, max: 1000, description: 'games, each two of them with the same two moves at random at first' },
  }, // prettier-ignore
  async *run({ game, net, rival: simulations }, { opponent, effort, rounds: games }) {
    const generator = new Generator(1);
    const others: Readonly<Record<typeof opponent, () => Player<unknown>>> = {
      random: () => new RandomPlayer(game, { generator }),
      uct: () => new MCTS(game, { simulations, generator }),
      minimax: () => new Minimax(game, { depth: 4 }),
      'itself-alone': () => playerOf(game, net, 0),
    };
    const players = [playerOf(game, net, effort), others[opponent]()] as const;
    const { wins, draws, losses, score } = await arena(game, players, { games, opening: 2, generator }); // prettier-ignore
    yield {
      type: 'table',
      name: `against ${opponent}`,
      columns: ['games', 'won', 'drawn', 'lost', 'points per game'],
      rows: [[games, wins, draws, losses, score]],
    };
  },
};
