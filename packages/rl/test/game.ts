/** What holds for every game; for tests. */
import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import type { Game } from '../src/games/game.ts';

export function testGame<State>(game: Game<State>): void {
  const generator = new Generator(1);
  const [planes, rows, columns] = game.shape;
  const size = planes * rows * columns;

  /** A game at random, all its states. */
  function playOut(): { states: State[]; actions: number[] } {
    const states = [game.initial()];
    const actions: number[] = [];
    for (let state = game.initial(); game.outcome(state) === null; states.push(state)) {
      const legal = game.legal(state);
      const action = legal[generator.below(legal.length)]!;
      actions.push(action);
      state = game.play(state, action);
    }
    return { states, actions };
  }

  function seen(state: State): number[] {
    const out = new Float32Array(size);
    game.encode(state, out);
    return [...out];
  }

  describe(`${game.name} as a game`, () => {
    test('players take turns until there is no legal action', () => {
      for (let i = 0; i < 50; i++) {
        const { states } = playOut();
        states.forEach((state, turn) => expect(game.player(state)).toBe(turn % 2));
        expect(game.legal(states.at(-1)!)).toEqual([]);
      }
    });

    test('own stones become the other ones with each move, and one is added', () => {
      for (let i = 0; i < 20; i++) {
        const { states } = playOut();
        for (let turn = 1; turn < states.length; turn++) {
          const before = seen(states[turn - 1]!);
          const after = seen(states[turn]!);
          expect(after.slice(0, size / 2)).toEqual(before.slice(size / 2));
          const added = before.slice(0, size / 2).map((x, cell) => after[size / 2 + cell]! - x);
          expect(added.toSorted().at(-1)).toBe(1);
          expect(added.reduce((a, b) => a + b)).toBe(1);
        }
      }
    });

    test('a turned game is the same game', () => {
      for (const { cells, actions } of game.symmetries) {
        const { states, actions: played } = playOut();
        let turned = game.initial();
        states.forEach((state, turn) => {
          const picture = seen(state);
          const wanted = picture.map((_, i) => {
            const plane = i - (i % cells.length);
            return picture[plane + cells[i % cells.length]!];
          });
          expect(seen(turned)).toEqual(wanted);
          expect(game.outcome(turned)).toBe(game.outcome(state));
          if (turn < played.length) turned = game.play(turned, actions.indexOf(played[turn]!));
        });
      }
    });

    test('keys differ where pictures do', () => {
      const keys = new Map<number, string>();
      for (let i = 0; i < 50; i++) {
        for (const state of playOut().states) {
          const picture = seen(state).join('');
          expect(keys.get(game.key(state)) ?? picture).toBe(picture);
          keys.set(game.key(state), picture);
        }
      }
      expect(new Set(keys.values()).size).toBe(keys.size);
    });
  });
}
