/**
 * A network teaches itself a game of two by playing against itself: AlphaZero.
 *
 *     (p, v) = f(s)                        policy: which moves look good; value: who will win, from −1 to 1
 *     max  Q(s, a) + c p(a) √N / (1 + N(a))   where the search goes next: what proved good, or looks good and was little tried
 *     π(a) = N(a) / N                      what the search found: better moves than p
 *     L = (z − v)² − π · log p             the network learns what the search found, and who won
 *
 * At first it knows nothing but the rules. A search with the network plays better than the network alone, so it always has something
 * to learn from. Tic-tac-toe is known to the last position, so each of its moves can be judged; in connect four a solver judges those near the end.
 */
import type { AlphaZeroProgress } from '@kasane/rl/games';
import { Generator } from '@kasane/tensor-core';
import { defineExercise, type Exercise } from '../../exercise.ts';
import { learning } from '../../learning.ts';
import { connectFourChecks, searchChecks, ticTacToeChecks } from './checks.ts';
import { boardOf, drawnGame, movesOf } from './drawing.ts';
import { KEPT } from './kept.ts';
import { Examiner, gameOf, GAMES, type Standing } from './measuring.ts';
import { match, play } from './playing.ts';
import { drawn, keptRun, tables } from './reporting.ts';
import { newNetwork, teach } from './training.ts';

/** What is told of an iteration; now and then how well it plays. */
interface Told extends AlphaZeroProgress {
  readonly standing?: Standing;
}

export const boardGame: Exercise = defineExercise({
  id: 'board-game',
  title: { en: 'Learning a board game', ja: 'ボードゲーム（AlphaZero・木探索）' },
  summary: 'Teaches a network tic-tac-toe or connect four by games against itself, and plays against you.',
  rows: [134],
  parameters: {
    game: { type: 'choice', options: ['tic-tac-toe', 'connect-four'], default: 'tic-tac-toe', description: 'what is played' },
    width: { type: 'integer', default: 128, min: 4, max: 512, description: 'units of a layer, or channels of a convolution' },
    depth: { type: 'integer', default: 2, min: 1, max: 20, description: 'layers or residual blocks' },
    iterations: { type: 'integer', default: 60, quick: 40, min: 1, max: 10_000, description: 'times that it plays and learns' },
    games: { type: 'integer', default: 200, min: 1, max: 10_000, description: 'games of an iteration' },
    parallel: { type: 'integer', default: 100, min: 1, max: 1000, description: 'games side by side' },
    simulations: { type: 'integer', default: 50, min: 2, max: 10_000, description: 'simulations for a move while it learns' },
    exploration: { type: 'number', default: 1.5, min: 0, max: 100, description: 'how much the policy counts in the search: c' },
    drawn: { type: 'integer', default: 9, min: 0, max: 42, description: 'moves at the beginning of a game that are drawn by their visits' },
    opening: { type: 'integer', default: 6, min: 0, max: 6, description: 'moves at random, at most, before a game begins' },
    searched: { type: 'number', default: 0.5, min: 0, max: 1, description: "share of the search's value in what v learns; the rest is z" },
    memory: { type: 'integer', default: 20_000, min: 100, max: 1_000_000, description: 'moves that are remembered' },
    steps: { type: 'integer', default: 150, min: 1, max: 10_000, description: 'steps of learning in an iteration' },
    batch: { type: 'integer', default: 128, min: 1, max: 4096, description: 'positions in a step' },
    lr: { type: 'number', default: 0.001, min: 1e-6, max: 1, description: 'learning rate of AdamW; a tenth in the last fifth' },
    thinking: { type: 'integer', default: 25, min: 1, max: 10_000, description: 'simulations for a move when it is measured' },
    rival: { type: 'integer', default: 4000, min: 1, max: 100_000, description: 'simulations of UCT, which it is measured against' },
  },
  variants: {
    'connect-four': {
      title: { en: 'Connect four, some eight minutes', ja: 'コネクトフォー' },
      parameters: { game: 'connect-four', width: 16, iterations: KEPT.iterations, games: 128, parallel: 64, exploration: 2, drawn: 14, memory: 40_000, steps: 60, batch: 256, lr: 0.002, thinking: 100, rival: 1000 },
      quick: { iterations: 6, games: 48, parallel: 48, steps: 40 },
    },
  },
  charts: {
    loss: { x: 'iteration', y: 'loss' },
    score: { x: 'iteration', y: 'points per game' },
    mistakes: { x: 'iteration', y: 'mistakes per move' },
  },
  async *run({ parameters, seed, preset }) {
    const { game: name, iterations, thinking, rival } = parameters;
    const game = GAMES[name];
    const generator = new Generator(seed);
    const net = newNetwork(game, parameters, generator);
    const examiner = new Examiner(game, net, { thinking, rival, preset, generator: generator.fork('others') });
    const before = await examiner.mistakes(0);

    yield* drawn(0, await examiner.standing());
    if (name === 'connect-four' && preset === 'full') yield* keptRun();
    const seldom = Math.ceil(iterations / 5);
    const lessons = learning<Told>(({ signal, onProgress }) =>
      teach(game, net, { ...parameters, generator, signal }, async (progress) =>
        onProgress(progress.iteration % seldom > 0 ? progress : { ...progress, standing: await examiner.standing() }),
      ),
    );
    for await (const { iteration: x, policyLoss, valueLoss, standing } of lessons) {
      yield { type: 'progress', step: x, total: iterations, loss: policyLoss + valueLoss };
      yield { type: 'series', chart: 'loss', name: '−π · log p', x, y: policyLoss };
      yield { type: 'series', chart: 'loss', name: '(z − v)²', x, y: valueLoss };
      if (standing !== undefined) yield* drawn(x, standing);
    }

    const measured = { before, ...(await examiner.final()) };
    yield* tables(measured, Object.keys(examiner.known.positions), { thinking, rival });
    const searching = examiner.player(thinking);
    const states = await gameOf(game, searching);
    yield drawnGame('a game against itself', game, states);
    const state = states[Math.floor(states.length / 3)]!;
    const { visits, value, policy } = searching.analyse(state);
    yield boardOf('a position', game, state);
    yield movesOf('policy p', game, state, policy);
    yield movesOf('search π', game, state, visits.map((n) => n / thinking));
    yield { type: 'metric', name: 'what the position is worth to whoever is to move', value };

    const checks =
      name === 'tic-tac-toe'
        ? [...(await searchChecks(examiner, preset)), ...ticTacToeChecks(measured, thinking)]
        : connectFourChecks(measured, { thinking, rival, preset });
    return { checks, trained: { game, net, rival } };
  },
  tries: { play, match },
}); // prettier-ignore
