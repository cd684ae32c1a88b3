import { Minimax, mistakes, type Mistakes } from '@kasane/rl/games';
import { check, type Check } from '../../check.ts';
import type { Preset } from '../../exercise.ts';
import { mean } from '../../statistics.ts';
import { alike, type Examiner, type Final, type Measure } from './measuring.ts';

/** Searches that know nothing but the rules, in tic-tac-toe: they never lose. */
export async function searchChecks(
  { game, known, uct: search }: Examiner,
  preset: Preset,
): Promise<Check[]> {
  const { solver, positions } = known;
  const all = positions['all positions']!;
  const some = preset === 'quick' ? alike(game, all) : all;
  const minimax = await mistakes(game, new Minimax(game), [all, solver]);
  const uct = await mistakes(game, search, [some, solver]);
  return [
    check(134, 'value of the empty board', solver.value(game.initial())).equals(0),
    check(134, `moves of minimax that lose what was not lost, of ${all.length}`, minimax.losing).equals(0),
    check(134, `the same of UCT with ${search.simulations} simulations, of ${some.length}`, uct.losing).equals(0),
  ]; // prettier-ignore
}

/** Tic-tac-toe, of which all is known: 5,478 positions, 958 of them ends, and a draw. */
export function ticTacToeChecks(
  { alone, searching, random, rival }: Final,
  thinking: number,
): Check[] {
  const [all, found] = [alone[0]!, searching[0]!];
  return [
    check(134, 'open positions that can be reached', all.states).equals(5478 - 958),
    check(134, `moves of the network with ${thinking} simulations that lose what was not lost, of ${found.states}`, found.losing).equals(0),
    check(134, 'the same of the network alone', all.losing).below(50),
    check(134, 'points per game of the network alone against moves at random', random.score).atLeast(0.95),
    check(134, 'share of those games that were not lost', 1 - random.losses / random.games).atLeast(0.98),
    check(134, 'games lost against UCT', rival.losses).equals(0),
  ]; // prettier-ignore
}

/** Connect four. A quick run has learnt little, but searches. */
export function connectFourChecks(
  { alone, searching, random, rival }: Final,
  { thinking, rival: simulations, preset }: Pick<Measure, 'thinking' | 'rival' | 'preset'>,
): Check[] {
  const isQuick = preset === 'quick';
  const rate = (of: readonly Mistakes[]): number => mean(of.map((found) => found.rate));
  return [
    check(134, `mistakes per move with ${thinking} simulations, less those of the network alone`, rate(searching) - rate(alone)).below(0),
    check(134, `mistakes per move with ${thinking} simulations in positions near the end`, searching.at(-1)!.rate).below(isQuick ? 0.1 : 0.05),
    check(134, 'points per game of the network alone against moves at random', random.score).atLeast(isQuick ? 0.7 : 0.95),
    ...(isQuick ? [] : [check(134, `points per game with ${thinking} simulations against UCT with ${simulations}`, rival.score).above(0.5)]),
  ]; // prettier-ignore
}
