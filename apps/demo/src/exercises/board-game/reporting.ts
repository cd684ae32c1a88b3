/** How well the network plays, as charts and tables. */
import type { Part } from '../../exercise.ts';
import type { Mistakes } from '@kasane/rl/games';
import type { TableEvent } from '../../events/event.ts';
import { KEPT } from './kept.ts';
import type { Final, Standing } from './measuring.ts';

const ALONE = 'alone, against moves at random';
const SEARCHING = 'with search, against UCT';

/** How well it plays after an iteration. */
export function* drawn(
  x: number,
  { random, rival, mistakes }: Standing,
): Part<'score' | 'mistakes', void> {
  yield { type: 'series', chart: 'score', name: ALONE, x, y: random };
  yield { type: 'series', chart: 'score', name: SEARCHING, x, y: rival };
  yield { type: 'series', chart: 'mistakes', name: 'network alone', x, y: mistakes };
}

/** How well the run played that was kept. */
export function* keptRun(): Part<'score', void> {
  const { measured: x, scores: y, mistakes } = KEPT;
  yield { type: 'series', chart: 'score', name: `${SEARCHING}, kept run`, x, y };
  yield {
    type: 'table',
    name: `kept run of ${KEPT.minutes} minutes: mistakes with search`,
    columns: ['positions', 'per move'],
    rows: Object.entries(mistakes),
  };
}

/** Mistakes in each set of positions, and games. */
export function* tables(
  { before, alone, searching, random, rival }: Final & { readonly before: readonly Mistakes[] },
  sets: readonly string[],
  simulations: { readonly thinking: number; readonly rival: number },
): Iterable<TableEvent> {
  const who = `with ${simulations.thinking} simulations`;
  const players = [
    ['before learning', before],
    ['network alone', alone],
    [who, searching],
  ] as const;
  yield {
    type: 'table',
    name: 'mistakes: moves that give away a win or a draw',
    columns: ['positions', 'how many', 'who', 'mistakes', 'that lose', 'per move'],
    rows: sets.flatMap((positions, i) =>
      players.map(([player, found]) => {
        const { states, mistakes, losing, rate } = found[i]!;
        return [positions, states, player, mistakes, losing, rate];
      }),
    ),
  };
  const matches = [
    ['network alone', 'moves at random', random],
    [who, `UCT with ${simulations.rival}`, rival],
  ] as const;
  yield {
    type: 'table',
    name: 'games',
    columns: ['who', 'against', 'games', 'won', 'drawn', 'lost', 'points per game'],
    rows: matches.map(([player, against, { games, wins, draws, losses, score }]) => [
      player, against, games, wins, draws, losses, score,
    ]), // prettier-ignore
  };
}
