import { optionsOf, requireWhole, shown, type Generator } from '@kasane/tensor-core';
import type { Reset, Step } from '../env.ts';
import { Discrete } from '../spaces/discrete.ts';
import { Tuple } from '../spaces/tuple.ts';
import {
  blackjackStarts,
  blackjackStates,
  blackjackTable,
  decodeHand,
  encodeHand,
} from './blackjack-table.ts';
import { requireNoOptions } from './reset-options.ts';
import { noInfo, SeededEnv } from './seeded-env.ts';
import type { Transitions } from './tabular-env.ts';

/** Options of `Blackjack`. */
export interface BlackjackOptions {
  /** A natural, an ace and a ten, that wins pays 1.5; `sab` overrules it. Default: false. */
  readonly natural?: boolean;
  /** A natural beats all but the dealer's, as in Sutton and Barto's book. Default: false; `make` makes it true. */
  readonly sab?: boolean;
}

/** The player's sum, the dealer's card (1 is the ace), and 1 if an ace counts 11. */
export type BlackjackObservation = readonly [sum: number, dealer: number, usableAce: number];

/**
 * Blackjack against a dealer who draws up to 17, from a deck that never ends.
 *
 * $$ r = \operatorname{sign}(\text{player} - \text{dealer}), \quad \text{beyond 21 the player has lost, and the dealer counts 0} $$
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Tuple` of `Discrete(32)`, `Discrete(11)`, `Discrete(2)`: the player's sum, the dealer's open card (1 is the ace), 1 if an ace counts 11 |
 * | actions      | `Discrete(2)`: stick (0), hit (1) |
 * | reward       | 1 for a win, -1 for a loss, 0 for a draw; with `natural` 1.5 for a natural that wins; with `sab` a natural beats all but a natural |
 * | start        | two cards each, of thirteen kinds equally likely, of which four count 10 |
 * | terminated   | with the first stick, or a sum beyond 21 |
 * | truncated    | never |
 *
 * `make('Blackjack-v1')` plays with `sab`, as in Sutton and Barto's book.
 *
 * Same as `BlackjackEnv` of Gymnasium 1.4, except: a step after the end throws; a seed draws other cards; `render` gives characters, and
 * there is no picture; and `P` and `initial` are the whole game as a table, for planning. The table's states are numbered by `encode`: a
 * natural is a state of its own there, for it is worth more than other sums of 21, which an observation does not show. Writing into
 * `player` and `dealer`, the cards, changes the hands.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not in `actionSpace`, or `encode` and `decode` get what is no state.
 * @throws TypeError if `reset` is given options, of which it has none.
 *
 * @example
 * import { Blackjack } from '@kasane/rl';
 * const env = new Blackjack();
 * env.reset({ seed: 1 });
 * env.player.splice(0, 2, 10, 1);
 * env.dealer.splice(0, 2, 9, 10);
 * env.step(0).reward; // => 1
 *
 * @example
 * import { Blackjack, MDP, valueIteration } from '@kasane/rl';
 * const game = new Blackjack({ sab: true });
 * const { actions } = valueIteration(MDP.fromTransitions(game.P), { gamma: 1 });
 * // Against a six one sticks with twelve, against a seven one does not.
 * [6, 7].map((dealer) => actions[game.encode([12, dealer, 0])]); // => [0,1]
 * @see http://incompleteideas.net/book/the-book-2nd.html Example 5.1
 * @category Environments
 */
export class Blackjack extends SeededEnv<BlackjackObservation, number> {
  readonly observationSpace: Tuple<BlackjackObservation> = new Tuple<BlackjackObservation>([
    new Discrete(32),
    new Discrete(11),
    new Discrete(2),
  ]);
  readonly actionSpace: Discrete = new Discrete(2);
  /** s to stick, h to hit. */
  readonly keys: Readonly<Record<string, number>> = { s: 0, h: 1 };
  /** The player's cards: 1 for an ace, 10 for pictures, too. */
  readonly player: number[] = [];
  /** The dealer's cards, the open one first. */
  readonly dealer: number[] = [];
  readonly #natural: boolean;
  readonly #sab: boolean;
  #table: Transitions | undefined;

  constructor(options?: BlackjackOptions) {
    super();
    const { natural = false, sab = false } = optionsOf('Blackjack', options, ['natural', 'sab']);
    this.#natural = natural;
    this.#sab = sab;
  }

  /** For every state, what sticking (0) and hitting (1) may bring. */
  get P(): Transitions {
    this.#table ??= blackjackTable({ natural: this.#natural, sab: this.#sab });
    return this.#table;
  }

  /** How likely a game begins in each state. */
  get initial(): Float64Array {
    return blackjackStarts();
  }

  /** The number of a state: (sum * 11 + dealer) * 3 + ace, where ace is 0, 1 if one counts 11, and 2 for a natural. */
  encode(observation: BlackjackObservation): number {
    if (!Array.isArray(observation)) {
      throw new TypeError(`Blackjack: encode needs [sum, dealer, ace], got ${shown(observation)}.`);
    }
    const [sum, dealer, ace] = observation as BlackjackObservation; // isArray forgets it
    requireWhole('Blackjack', 'the sum', sum, 0, 31);
    requireWhole('Blackjack', "the dealer's card", dealer, 0, 10);
    requireWhole('Blackjack', 'the ace', ace, 0, 2);
    return encodeHand(sum, dealer, ace);
  }

  /** What a state's number stands for. */
  decode(s: number): [sum: number, dealer: number, ace: number] {
    requireWhole('Blackjack', 'a state', s, 0, blackjackStates - 1);
    return decodeHand(s);
  }

  protected begin(options: Readonly<Record<string, unknown>>): Reset<BlackjackObservation> {
    requireNoOptions('Blackjack', options);
    const { generator } = this;
    this.dealer.splice(0, Infinity, drawCard(generator), drawCard(generator));
    this.player.splice(0, Infinity, drawCard(generator), drawCard(generator));
    return { observation: this.#observe(), info: noInfo };
  }

  protected advance(action: number): Step<BlackjackObservation> {
    let reward = 0;
    let terminated = true;
    if (action === 1) {
      this.player.push(drawCard(this.generator));
      terminated = sumOf(this.player) > 21;
      if (terminated) reward = -1;
    } else {
      while (sumOf(this.dealer) < 17) this.dealer.push(drawCard(this.generator));
      reward = this.#compare();
    }
    return { observation: this.#observe(), reward, terminated, truncated: false, info: noInfo };
  }

  /** What sticking pays, once the dealer has drawn. */
  #compare(): number {
    const isNatural = isNaturalHand(this.player);
    if (this.#sab && isNatural && !isNaturalHand(this.dealer)) return 1;
    const theirs = sumOf(this.dealer);
    const reward = Math.sign(sumOf(this.player) - (theirs > 21 ? 0 : theirs));
    return reward === 1 && isNatural && this.#natural && !this.#sab ? 1.5 : reward;
  }

  #observe(): BlackjackObservation {
    return [sumOf(this.player), this.dealer[0]!, Number(hasUsableAce(this.player))];
  }

  /** Both hands, the dealer's second card covered. */
  render(): string {
    const cards = (hand: readonly number[]): string =>
      hand.map((card) => (card === 1 ? 'A' : card)).join(' ');
    return `dealer ${cards(this.dealer.slice(0, 1))} ?\nplayer ${cards(this.player)} = ${sumOf(this.player)}`;
  }
}

/** A card of thirteen: four of them count 10. */
function drawCard(generator: Generator): number {
  return Math.min(generator.below(13) + 1, 10);
}

function hasUsableAce(hand: readonly number[]): boolean {
  return hand.includes(1) && hand.reduce((a, b) => a + b) <= 11;
}

function sumOf(hand: readonly number[]): number {
  return hand.reduce((a, b) => a + b) + (hasUsableAce(hand) ? 10 : 0);
}

function isNaturalHand(hand: readonly number[]): boolean {
  return hand.length === 2 && hand.includes(1) && hand.includes(10);
}
