import type { Generator } from '@kasane/tensor-core';
import type { Game } from './game.ts';

/** A state after so many random moves that did not end the game. */
export function opened<State>(
  owner: string,
  game: Game<State>,
  { moves, generator }: { readonly moves: number; readonly generator: Generator },
): State {
  for (let tries = 0; tries < 1000; tries++) {
    let state = game.initial();
    for (let move = 0; move < moves && game.outcome(state) === null; move++) {
      const actions = game.legal(state);
      state = game.play(state, actions[generator.below(actions.length)]!);
    }
    if (game.outcome(state) === null) return state;
  }
  throw new RangeError(
    `${owner}: an opening of ${moves} random moves ends ${game.name} each time. Make it shorter.`,
  );
}
