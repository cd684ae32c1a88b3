import { optionsOf, requireThat, shown } from '@kasane/tensor-core';
import type { Info, Reset, Step } from '../env.ts';
import { requireFinite } from '../planning/given.ts';
import { drawTaxi } from './drawing/cells.ts';
import type { Picture, PictureOptions } from './drawing/picture.ts';
import { TabularEnv, type Outcome } from './tabular-env.ts';

/** Options of `Taxi`. */
export interface TaxiOptions {
  /** A drive goes to either side at times. Default: false. */
  readonly isRainy?: boolean;
  /** The passenger may change the destination once, when driven the first cell. Default: false. */
  readonly ficklePassenger?: boolean;
  /** How likely a drive in the rain goes ahead. Default: 0.8. */
  readonly rainyProbability?: number;
  /** How likely an episode has a passenger who changes the destination. Default: 0.3. */
  readonly fickleProbability?: number;
}

const map = [
  '+---------+',
  '|R: | : :G|',
  '| : | : : |',
  '| : : : : |',
  '| | : | : |',
  '|Y| : |B: |',
  '+---------+',
] as const;

/** Row * 5 + column of R, G, Y and B. */
const places = [0, 4, 20, 23] as const;
const inTaxi = 4;

/** South, north, east, west: what the actions add to row and column. */
const moves = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;
/** For each of these the ones to its left and its right. */
const sides = [
  [2, 3],
  [3, 2],
  [1, 0],
  [0, 1],
] as const;

/** Where a passenger and a taxi are, and where the passenger wants to go. */
export interface TaxiState {
  readonly row: number;
  readonly column: number;
  /** 0 to 3 for R, G, Y and B; 4 in the taxi. */
  readonly passenger: number;
  /** 0 to 3 for R, G, Y and B. */
  readonly destination: number;
}

/**
 * A taxi that brings a passenger to one of four places, on a map of 5 rows of 5 cells.
 *
 * $$ s = \bigl((5\, \text{row} + \text{column}) \cdot 5 + \text{passenger}\bigr) \cdot 4 + \text{destination} $$
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Discrete(500)`: the number s, which `decode` takes apart; passenger and destination are 0 to 3 for R, G, Y and B, the passenger 4 in the taxi |
 * | actions      | `Discrete(6)`: south (0), north (1), east (2), west (3), pick up (4), drop off (5) |
 * | reward       | -1 for each step; -10 for a pick-up where nobody waits and a drop-off without a passenger or at none of the places; 20 for the right drop-off |
 * | start        | any of the 300 states whose passenger waits at a place that is not the destination, each as likely |
 * | terminated   | with the right drop-off |
 * | truncated    | `make('Taxi-v4')` cuts after 200 steps; a mean return of 8 counts as solved |
 *
 * `isRainy` lets a drive slip to either side, with a probability of (1 - `rainyProbability`) / 2 each; `ficklePassenger` may change the
 * destination once. `info.prob` is how likely was what came, `info.actionMask` which actions change something.
 *
 * Same as `TaxiEnv` of Gymnasium 1.4, version 4, its `P` included, except: the mask is `info.actionMask`, there `action_mask`; a step after
 * the end throws; a seed draws other starts; and there are `picture` and a `render` in characters in place of a `render_mode`.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not in `actionSpace`, a probability not from 0 to 1, or `encode` and `decode` get what is no state.
 * @throws TypeError if `reset` is given options, of which it has none.
 *
 * @example
 * import { Taxi } from '@kasane/rl';
 * const env = new Taxi();
 * env.reset({ seed: 1 });
 * env.s = env.encode({ row: 0, column: 0, passenger: 0, destination: 1 });
 * env.step(4).reward; // => -1
 * env.decode(env.s).passenger; // => 4
 * @see https://doi.org/10.1613/jair.639
 * @category Environments
 */
export class Taxi extends TabularEnv {
  /** The arrows drive, p picks up, d drops off. */
  readonly keys: Readonly<Record<string, number>> = {
    ArrowDown: 0,
    ArrowUp: 1,
    ArrowRight: 2,
    ArrowLeft: 3,
    p: 4,
    d: 5,
  };
  readonly #fickleProbability: number;
  #isFickle = false;

  constructor(options?: TaxiOptions) {
    const {
      isRainy = false,
      ficklePassenger = false,
      rainyProbability = 0.8,
      fickleProbability = 0.3,
    } = optionsOf('Taxi', options, [
      'isRainy',
      'ficklePassenger',
      'rainyProbability',
      'fickleProbability',
    ]);
    requireProbability('rainyProbability', rainyProbability);
    requireProbability('fickleProbability', fickleProbability);
    const ahead = isRainy ? rainyProbability : 1;
    const states = Array.from({ length: 500 }, (_, s) => s);
    const isStart = (s: number): boolean => {
      const { passenger, destination } = decode(s);
      return passenger !== inTaxi && passenger !== destination;
    };
    super(
      states.map((s) => [0, 1, 2, 3, 4, 5].map((action) => outcomes(s, action, ahead))),
      states.map((s) => (isStart(s) ? 1 / 300 : 0)),
    );
    this.#fickleProbability = ficklePassenger ? fickleProbability : 0;
  }

  /** The number of a state. */
  encode(state: TaxiState): number {
    const s = Object(state) === state ? encode(state) : -1;
    if (this.observationSpace.contains(s)) return s;
    throw new RangeError(
      `Taxi: encode needs { row, column, passenger, destination } within the map, got ${shown(state)}.`,
    );
  }

  /** What a state's number stands for. */
  decode(s: number): TaxiState {
    if (this.observationSpace.contains(s)) return decode(s);
    throw new RangeError(`Taxi: decode needs a state from 0 to 499, got ${shown(s)}.`);
  }

  /** 1 for the actions that change something in a state, else 0. */
  actionMask(s: number): Uint8Array {
    const { row, column, passenger, destination } = this.decode(s);
    const at = row * 5 + column;
    const mask = new Uint8Array(6);
    for (let action = 0; action < 4; action++) mask[action] = Number(drive(at, action) !== at);
    mask[4] = Number(places[passenger] === at);
    const canDrop = (places as readonly number[]).includes(at) || places[destination] === at;
    mask[5] = Number(passenger === inTaxi && canDrop);
    return mask;
  }

  protected override infoOf(prob: number): Info {
    return { prob, actionMask: this.actionMask(this.s) };
  }

  protected override begin(options: Readonly<Record<string, unknown>>): Reset<number> {
    const start = super.begin(options);
    this.#isFickle =
      this.#fickleProbability > 0 && this.generator.random() < this.#fickleProbability;
    return start;
  }

  protected override advance(action: number): Step<number> {
    const before = decode(this.s);
    const step = super.advance(action);
    const after = decode(this.s);
    const hasMoved = before.row !== after.row || before.column !== after.column;
    if (!this.#isFickle || before.passenger !== inTaxi || !hasMoved) return step;
    this.#isFickle = false;
    const destination = (before.destination + 1 + this.generator.below(3)) % 4;
    this.s = encode({ ...after, destination });
    return { ...step, observation: this.s, info: this.infoOf(Number(step.info.prob)) };
  }

  /** The map: the taxi in brackets, which are braces with the passenger inside, and below it who waits and wants to go where. */
  render(): string {
    const { row, column, passenger, destination } = decode(this.s);
    const lines = map.map((line) => line.split(''));
    const [left, right] = passenger === inTaxi ? ['{', '}'] : ['[', ']'];
    lines[row + 1]![2 * column] = left!;
    lines[row + 1]![2 * column + 2] = right!;
    const from = passenger === inTaxi ? 'in the taxi' : `at ${'RGYB'[passenger]}`;
    return `${lines.map((line) => line.join('')).join('\n')}\npassenger ${from}, to ${'RGYB'[destination]}`;
  }

  /** What it looks like as pixels. */
  picture(options?: PictureOptions): Picture {
    const { row, column, passenger, destination } = decode(this.s);
    const cells = Array.from({ length: 25 }, (_, at) => at);
    const pointOf = (at: number) => [at % 5, Math.floor(at / 5)] as const;
    const scene = {
      taxi: [column, row] as const,
      places: places.map(pointOf),
      walls: cells.filter((at) => at % 5 < 4 && drive(at, 2) === at).map(pointOf),
      passenger: passenger === inTaxi ? undefined : passenger,
      destination,
    };
    return drawTaxi(scene, options);
  }
}

function encode({ row, column, passenger, destination }: TaxiState): number {
  return ((row * 5 + column) * 5 + passenger) * 4 + destination;
}

function decode(s: number): TaxiState {
  const at = Math.floor(s / 20);
  return {
    row: Math.floor(at / 5),
    column: at % 5,
    passenger: Math.floor(s / 4) % 5,
    destination: s % 4,
  };
}

/** The cell that a drive leads to; the same one before a wall. */
function drive(at: number, action: number): number {
  const [down, right] = moves[action]!;
  const row = Math.floor(at / 5);
  const column = at % 5;
  if (right !== 0 && map[row + 1]![2 * column + 1 + right] !== ':') return at;
  return row + down < 0 || row + down > 4 ? at : at + 5 * down + right;
}

/** What an action may bring, if drives go ahead with that probability. */
function outcomes(s: number, action: number, ahead: number): Outcome[] {
  const { row, column, passenger, destination } = decode(s);
  const at = row * 5 + column;
  if (action < 4) {
    const go = (probability: number, cell: number): Outcome => [
      probability,
      cell * 20 + passenger * 4 + destination,
      -1,
      false,
    ];
    const next = drive(at, action);
    if (ahead === 1) return [go(1, next)];
    // A drive against a wall does not slip either.
    const [left, right] = sides[action]!;
    const slip = (to: number): Outcome => go((1 - ahead) / 2, next === at ? at : drive(at, to));
    return [go(ahead, next), slip(left), slip(right)];
  }
  const put = (to: number, reward: number, terminated: boolean): Outcome[] => [
    [1, at * 20 + to * 4 + destination, reward, terminated],
  ];
  if (action === 4) {
    return places[passenger] === at ? put(inTaxi, -1, false) : put(passenger, -10, false);
  }
  const place = (places as readonly number[]).indexOf(at);
  if (passenger !== inTaxi || place < 0) return put(passenger, -10, false);
  return place === destination ? put(place, 20, true) : put(place, -1, false);
}

function requireProbability(what: string, p: number): void {
  requireFinite('Taxi', what, p);
  requireThat(p >= 0 && p <= 1, 'Taxi', what, p, 'from 0 to 1');
}
