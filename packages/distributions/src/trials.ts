import type { Tensor } from '@kasane/tensor-core';
import { Distribution } from './distribution.ts';
import { outcomesOf, type Outcomes } from './logits.ts';

/** Distributions of trials that succeed or fail, whose probability of success is given as such or by the log odds. */
export abstract class Trials extends Distribution {
  /** What was given. */
  protected readonly given: Tensor;
  protected readonly isProbs: boolean;

  constructor(name: string, given: Tensor, isProbs: boolean) {
    super(name, given);
    this.given = given;
    this.isProbs = isProbs;
  }

  /** The probability of success. */
  get probs(): Tensor {
    return this.isProbs ? this.given : this.given.sigmoid();
  }
  /** The logarithm of the odds of success. */
  get logits(): Tensor {
    const p = this.given;
    return this.isProbs ? p.log().sub(p.neg().log1p()) : p;
  }
  /** Both outcomes of a trial. @internal */
  get outcomes(): Outcomes {
    return outcomesOf(this.given, this.isProbs);
  }
}
