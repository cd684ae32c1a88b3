import type { Generator } from '@kasane/tensor-core';
import type { Rows } from './decoding.ts';
import type { GenerateOptions } from './generate-options.ts';
import { isOver, promptToken, type Plan, type Prompt } from './plan.ts';
import { take, type Taken } from './sequence.ts';

/** A beam at one step, in the tree of all that there were. */
export interface BeamNode {
  /** Where the beam that it went on from stands in the list, -1 for the prompt. */
  readonly parent: number;
  /** The newest token. */
  readonly token: number;
  /** Tokens after the prompt. */
  readonly length: number;
  /** The sum of log-probabilities since the prompt. */
  readonly logProb: number;
  /** Which group of beams it belongs to. */
  readonly group: number;
  /** The sum under the length penalty, for what ended here and was among the best; null for the others. */
  readonly score: number | null;
}

/** A sequence that goes on. */
export interface Beam {
  readonly tokens: readonly number[];
  /** Of log-probabilities. */
  readonly sum: number;
  readonly taken: Taken | null;
  /** In the tree. */
  readonly node: number;
  /** Where its scores stand among those of the last step. */
  row: number;
}

/** A sequence that is over. */
interface Finished {
  readonly tokens: readonly number[];
  readonly score: number;
  readonly taken: Taken | null;
}

interface Candidate {
  /** Which of the open beams it goes on from. */
  readonly beam: number;
  readonly token: number;
  readonly sum: number;
  /** What it is chosen by. */
  readonly key: number;
}

/** Where a group belongs. */
interface Place {
  readonly prompt: Prompt;
  readonly group: number;
  readonly nodes: BeamNode[];
}

/** The beams of one prompt, or a group of them: those that go on and the best that are over. */
export class BeamGroup {
  /** Best first. */
  open: Beam[];
  /** Best first, as many as there are beams. */
  readonly finished: Finished[] = [];
  readonly prompt: Prompt;
  readonly #plan: Plan;
  readonly #width: number;
  readonly #lengthPenalty: number;
  readonly #earlyStopping: boolean | 'never';
  readonly #group: number;
  readonly #nodes: BeamNode[] | null;

  constructor(plan: Plan, options: GenerateOptions<unknown>, place: Place) {
    const { numBeams = 1, numBeamGroups = 1, lengthPenalty = 1, earlyStopping = 'never' } = options;
    this.#plan = plan;
    this.prompt = place.prompt;
    this.#width = numBeams / numBeamGroups;
    this.#lengthPenalty = lengthPenalty;
    this.#earlyStopping = earlyStopping;
    this.#group = place.group;
    this.#nodes = options.outputBeams === true ? place.nodes : null;
    const { tokens, index: row } = place.prompt;
    this.open = [{ tokens: tokens.slice(0, plan.shortest), sum: 0, taken: null, node: -1, row }];
  }

  /** Takes one more token of the prompt, if there is one. */
  read(): boolean {
    const [beam] = this.open as [Beam]; // one until the first choice
    const token = promptToken(this.prompt, beam.tokens);
    if (token === undefined) return false;
    this.open = [{ ...beam, tokens: [...beam.tokens, token] }];
    return true;
  }

  /** One token further: `scores` has the log-probabilities that go on each open beam. Gives the tokens that were taken. */
  advance(scores: readonly Float32Array[], rows: Rows): number[] {
    const { eos, promptLength } = this.prompt;
    // So many that as many as there are beams go on, though all ends be among the best.
    const count = Math.max(2, 1 + eos.length) * this.#width;
    const open: Beam[] = [];
    const newest: number[] = [];
    for (const [rank, candidate] of this.#best(scores, count).entries()) {
      const { beam, token, sum } = candidate;
      const { tokens: before, taken, node: parent, row } = this.open[beam]!;
      const tokens = [...before, token];
      const ends = isOver(this.prompt, tokens);
      if (ends ? rank >= this.#width : open.length === this.#width) continue;
      newest.push(token);
      const step = take(this.#plan, taken, rows, row, scores[beam]!, () => scores[beam]![token]!);
      const score = ends ? this.#scoreOf(sum, tokens.length - promptLength) : null;
      const length = tokens.length - promptLength;
      const node = this.#remember({
        parent,
        token,
        length,
        logProb: sum,
        group: this.#group,
        score,
      });
      if (score === null) open.push({ tokens, sum, taken: step, node, row });
      else this.#finish({ tokens, score, taken: step });
    }
    this.open = open;
    if (this.#isOver()) this.open = [];
    return newest;
  }

  /** The likeliest candidates, or drawn without replacement and then ordered by likelihood. */
  #best(scores: readonly Float32Array[], count: number): Candidate[] {
    const { generator } = this.#plan;
    const best: Candidate[] = [];
    let least = -Infinity;
    for (const [beam, row] of scores.entries()) {
      const before = this.open[beam]!.sum;
      for (let token = 0; token < row.length; token++) {
        const sum = before + row[token]!;
        if (sum === -Infinity) continue;
        const key = generator === null ? sum : sum + gumbel(generator);
        if (best.length === count && key <= least) continue;
        let at = best.length;
        while (at > 0 && best[at - 1]!.key < key) at--;
        best.splice(at, 0, { beam, token, sum, key });
        if (best.length > count) best.pop();
        least = best.at(-1)!.key;
      }
    }
    return generator === null ? best : best.sort((a, b) => b.sum - a.sum);
  }

  #finish(one: Finished): void {
    let at = this.finished.length;
    while (at > 0 && this.finished[at - 1]!.score < one.score) at--;
    this.finished.splice(at, 0, one);
    if (this.finished.length > this.#width) this.finished.pop();
  }

  /** Whether no open beam can, or may, still come among the best. */
  #isOver(): boolean {
    const best = this.open[0];
    if (best === undefined) return true;
    const isFull = this.finished.length === this.#width;
    if (this.#earlyStopping === true) return isFull;
    const { promptLength, maxLength } = this.prompt;
    const now = this.#scoreOf(best.sum, best.tokens.length - promptLength);
    if (this.#earlyStopping === false) return isFull && now <= this.finished.at(-1)!.score;
    // Every token lowers the sum; what is long may be lowered less by its length.
    const most = Math.max(now, this.#scoreOf(best.sum, maxLength - promptLength));
    const last = this.finished[Math.min(this.#plan.numReturnSequences, this.#width) - 1];
    return last !== undefined && most <= last.score;
  }

  /** The sum under the length penalty of Wu et al. */
  #scoreOf(sum: number, length: number): number {
    return sum / ((5 + length) / 6) ** this.#lengthPenalty;
  }

  #remember(node: BeamNode): number {
    if (this.#nodes === null) return -1;
    return this.#nodes.push(node) - 1;
  }
}

/** What makes the largest of log-probabilities a draw, and the n largest a draw without replacement. */
function gumbel(generator: Generator): number {
  // 1 - u is above 0.
  return -Math.log(-Math.log(1 - generator.random()));
}
