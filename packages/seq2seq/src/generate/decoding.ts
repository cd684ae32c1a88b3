import { noGrad, scope, ShapeError, formatShape, Tensor, tensor } from '@kasane/tensor-core';
import type { StepModel } from '../step-model.ts';

/** What a step gives, read from the tensors. */
export interface Rows {
  /** Tokens that there are. */
  readonly vocabulary: number;
  /** Scores of the tokens to follow, a row for each sequence: logits, or log-probabilities if so asked. */
  readonly scores: readonly Float32Array[];
  /** Present if asked for. */
  readonly attention?: readonly Float32Array[];
  /** Present if asked for. */
  readonly hidden?: readonly Float32Array[];
}

/** What is read of each step beside the scores. */
export interface Wanted {
  /** Log-probabilities instead of logits. */
  readonly logProbs?: boolean;
  readonly attention?: boolean;
  readonly hidden?: boolean;
}

/** A model while it writes: holds the state of the sequences that are not over, and frees those that it made. */
export class Decoding<State> {
  readonly #model: StepModel<State>;
  readonly #wanted: Wanted;
  /** The caller's tensors, which stay. */
  readonly #given: ReadonlySet<Tensor>;
  #state: State;

  constructor(model: StepModel<State>, state: State, wanted: Wanted) {
    this.#model = model;
    this.#state = state;
    this.#wanted = wanted;
    this.#given = tensorsIn(state);
  }

  /** The newest tokens, one for each sequence. */
  async step(tokens: readonly number[]): Promise<Rows> {
    const { logProbs = false, attention = false, hidden = false } = this.#wanted;
    const found = noGrad(() =>
      scope(() => {
        const step = this.#model.step(tensor([...tokens], { dtype: 'int32' }), this.#state);
        const { logits } = step;
        if (logits.ndim !== 2 || logits.shape[0] !== tokens.length) {
          throw new ShapeError(
            `generate: the model's step must give logits (${tokens.length}, V) for ${tokens.length} sequences, got ${formatShape(logits.shape)}. Does the state have a row for each prompt?`,
          );
        }
        return {
          state: step.state,
          scores: logProbs ? logits.logSoftmax(1) : logits,
          attention: attention ? present('outputAttentions', 'attention', step.attention) : null,
          hidden: hidden ? present('penaltyAlpha', 'hidden', step.hidden) : null,
        };
      }),
    );
    this.#replace(found.state);
    const [scores, seen, made] = await Promise.all([
      rowsOf(found.scores),
      found.attention && rowsOf(found.attention),
      found.hidden && rowsOf(found.hidden),
    ]);
    const kept = tensorsIn(this.#state);
    for (const one of [found.scores, found.attention, found.hidden]) {
      if (one !== null && !kept.has(one) && !this.#given.has(one)) one.dispose();
    }
    return {
      vocabulary: found.scores.shape[1]!,
      scores,
      ...(seen === null ? {} : { attention: seen }),
      ...(made === null ? {} : { hidden: made }),
    };
  }

  /** Goes on with the sequences `index`, in that order and as often as they stand there. */
  select(index: readonly number[]): void {
    this.#replace(
      noGrad(() =>
        scope(() => this.#model.select(this.#state, tensor([...index], { dtype: 'int32' }))),
      ),
    );
  }

  dispose(): void {
    for (const one of tensorsIn(this.#state)) if (!this.#given.has(one)) one.dispose();
  }

  #replace(state: State): void {
    const kept = tensorsIn(state);
    for (const one of tensorsIn(this.#state)) {
      if (!kept.has(one) && !this.#given.has(one)) one.dispose();
    }
    this.#state = state;
  }
}

function present(option: string, field: string, value: Tensor | undefined): Tensor {
  if (value === undefined) {
    throw new TypeError(
      `generate: ${option} needs \`${field}\` of the model's step, which gave none. Leave the option out, or have the step give it.`,
    );
  }
  return value;
}

async function rowsOf(matrix: Tensor): Promise<Float32Array[]> {
  const data = await matrix.data();
  // The data is a copy, so that processors may write into it.
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  const [count, width] = [matrix.shape[0]!, values.length / matrix.shape[0]!];
  return Array.from({ length: count }, (_, i) => values.subarray(i * width, (i + 1) * width));
}

/** The tensors in a value of arrays, maps, sets and objects: what `scope` would keep if it were returned. */
function tensorsIn(value: unknown): Set<Tensor> {
  const found = new Set<Tensor>();
  const seen = new Set<unknown>();
  const pending = [value];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (typeof item !== 'object' || item === null || seen.has(item)) continue;
    seen.add(item);
    if (item instanceof Tensor) found.add(item);
    else if (item instanceof Map || item instanceof Set) pending.push(...item.values());
    else if (!ArrayBuffer.isView(item)) {
      for (const inner of Object.values(item)) if (inner !== undefined) pending.push(inner);
    }
  }
  return found;
}
