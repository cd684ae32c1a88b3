import type { Outcome, Transitions } from './tabular-env.ts';

/** How a hand that wins with a natural is paid. @internal */
export interface Rules {
  readonly natural: boolean;
  readonly sab: boolean;
}

/** Sums 0 to 31, the dealer's cards 0 to 10, and three kinds of aces: none that counts 11, one, a natural. */
const sums = 32;
const cards = 11;
const kinds = 3;

/** How many states the table has. @internal */
export const blackjackStates: number = sums * cards * kinds;

/** The number of a state. @internal */
export function encodeHand(sum: number, dealer: number, kind: number): number {
  return (sum * cards + dealer) * kinds + kind;
}

/** What a state's number stands for. @internal */
export function decodeHand(s: number): [sum: number, dealer: number, kind: number] {
  const dealer = Math.floor(s / kinds) % cards;
  return [Math.floor(s / kinds / cards), dealer, s % kinds];
}

function chanceOf(card: number): number {
  return card === 10 ? 4 / 13 : 1 / 13;
}

/** A hand by what its cards add up to with aces as 1, and whether it has one. */
function drawn(
  low: number,
  hasAce: boolean,
  card: number,
): { low: number; hasAce: boolean; sum: number } {
  const next = low + card;
  const withAce = hasAce || card === 1;
  return { low: next, hasAce: withAce, sum: withAce && next <= 11 ? next + 10 : next };
}

/** Where a dealer with this open card ends up: the probabilities of the sums; of 0 for beyond 21, of 1 for a natural. */
function dealerEnds(open: number): Float64Array {
  const ends = new Float64Array(22);
  const draw = (low: number, hasAce: boolean, count: number, chance: number): void => {
    for (let card = 1; card <= 10; card++) {
      const hand = drawn(low, hasAce, card);
      const p = chance * chanceOf(card);
      if (hand.sum < 17) draw(hand.low, hand.hasAce, count + 1, p);
      else ends[hand.sum > 21 ? 0 : hand.sum === 21 && count === 1 ? 1 : hand.sum]! += p;
    }
  };
  draw(open, open === 1, 1, 1);
  return ends;
}

/** What sticking may pay. */
function stick(s: number, ends: Float64Array, { natural, sab }: Rules): Outcome[] {
  const [sum, , kind] = decodeHand(s);
  const chances = new Map<number, number>();
  ends.forEach((p, end) => {
    const theirs = end === 1 ? 21 : end;
    let reward = Math.sign(sum - theirs);
    if (kind === 2 && sab && end !== 1) reward = 1;
    else if (kind === 2 && natural && !sab && reward === 1) reward = 1.5;
    chances.set(reward, (chances.get(reward) ?? 0) + p);
  });
  return [...chances]
    .filter(([, p]) => p > 0)
    .map(([reward, p]) => [Math.min(p, 1), s, reward, true]); // rounding may add up to more
}

/** What another card may bring. */
function hit(s: number): Outcome[] {
  const [sum, dealer, kind] = decodeHand(s);
  return Array.from({ length: 10 }, (_, i): Outcome => {
    const hand = drawn(kind === 0 ? sum : sum - 10, kind > 0, i + 1);
    const isOver = hand.sum > 21;
    const next = encodeHand(hand.sum, dealer, Number(hand.sum !== hand.low));
    return [chanceOf(i + 1), next, isOver ? -1 : 0, isOver];
  });
}

/** Whether a hand can be of this sum and kind, and not beyond 21. */
function isHand(sum: number, dealer: number, kind: number): boolean {
  if (dealer === 0 || sum > 21) return false;
  return kind === 0 ? sum >= 4 : kind === 1 ? sum >= 12 : sum === 21;
}

/** The whole game as a table; nothing happens in states that no hand is in. @internal */
export function blackjackTable(rules: Rules): Transitions {
  const ends = Array.from({ length: cards }, (_, open) => dealerEnds(Math.max(open, 1)));
  return Array.from({ length: blackjackStates }, (_, s) => {
    const [sum, dealer, kind] = decodeHand(s);
    if (!isHand(sum, dealer, kind)) return [[[1, s, 0, true]], [[1, s, 0, true]]] as const;
    return [stick(s, ends[dealer]!, rules), hit(s)];
  });
}

/** How likely a game begins in each state. @internal */
export function blackjackStarts(): Float64Array {
  const starts = new Float64Array(blackjackStates);
  for (let a = 1; a <= 10; a++) {
    for (let b = 1; b <= 10; b++) {
      const { sum, low } = drawn(a, a === 1, b);
      const kind = sum === 21 ? 2 : Number(sum !== low);
      for (let dealer = 1; dealer <= 10; dealer++) {
        starts[encodeHand(sum, dealer, kind)]! += chanceOf(a) * chanceOf(b) * chanceOf(dealer);
      }
    }
  }
  return starts;
}
