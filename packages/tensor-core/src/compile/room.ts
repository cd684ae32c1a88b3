/**
 * Which calls of a function get plans, where there are more kinds of them than plans may be kept. Tracing
 * takes as long as many calls, so what is used about as much as the rest must not push it out in turn: then
 * compiling would cost more than it saves.
 */
import type { Tensor } from '../tensor.ts';
import { fits, signatureOf, type Signature } from './signature.ts';

/** Kinds of calls that have plans, or are on the way to one. */
const MOST = 16;
/** Kinds of calls without a plan that are counted. */
const WAITING = 64;
/**
 * Calls that must have gone without a plan before one is made in the place of another: about what that
 * costs. A new plan counts as used so often, lest it be the next to go.
 */
export const ENOUGH = 64;

/** Calls that are alike. */
export interface Counted {
  readonly signature: Signature;
  /** How often they were made of late. */
  uses: number;
}

export class Room {
  /** Calls that went without a plan because others are used more. */
  passed = 0;
  readonly #kept: readonly (Counted & { readonly plan: unknown })[];
  #waiting: Counted[] = [];

  /** `kept` is the list of those that have plans, which changes. */
  constructor(kept: readonly (Counted & { readonly plan: unknown })[]) {
    this.#kept = kept;
  }

  /** Why calls run as they are. */
  get reason(): string {
    return `its calls have more shapes or values than the ${MOST} that plans are kept for: the most used have them, the others run as they are. Pad sequences to few lengths (padCollate with multipleOf) or let batches have samples of like lengths (DataLoader with lengths), both of @kasane/datasets`;
  }

  /** What `inspect` adds. */
  describe(): string {
    if (this.passed === 0) return '';
    return `\n(${this.passed.toLocaleString('en-US')} other calls ran as they are: ${this.reason})`;
  }

  /** Counts a call. Counts are bounded, so that what was used much long ago gives way in the end. */
  used(one: Counted): void {
    if (one.uses < 4 * ENOUGH) one.uses++;
  }

  /** The one that has to go before another comes; null if there is room. */
  least(): Counted | null {
    if (this.#kept.length < MOST) return null;
    return this.#kept.reduce((a, b) => (b.uses < a.uses ? b : a));
  }

  /** True if a call that has no plan is to be watched; else it is counted. */
  has(tensors: readonly Tensor[], statics: readonly unknown[]): boolean {
    const least = this.least();
    if (least === null) return true;
    const isThis = ({ signature }: Counted): boolean => fits(signature, tensors, statics);
    // It has been watched once, and is for the second time now.
    if (this.#kept.some((one) => one.plan === null && isThis(one))) return true;
    let own = this.#waiting.find(isThis);
    if (own === undefined) {
      if (this.#waiting.length === WAITING) this.#fade();
      own = { signature: signatureOf(tensors, statics), uses: 0 };
      this.#waiting.push(own);
    }
    own.uses++;
    if (own.uses < ENOUGH) {
      this.passed++;
      return false;
    }
    if (own.uses >= 2 * least.uses) {
      this.#waiting = this.#waiting.filter((one) => one !== own);
      return true;
    }
    this.#fade();
    this.passed++;
    return false;
  }

  /** Halves all counts: what was of late counts more. */
  #fade(): void {
    for (const one of [...this.#kept, ...this.#waiting]) one.uses >>= 1;
    this.#waiting = this.#waiting.filter(({ uses }) => uses > 0);
  }
}
