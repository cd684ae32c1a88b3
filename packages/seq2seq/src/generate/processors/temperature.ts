import { requireThat } from '@kasane/tensor-core';
import type { LogitsProcessor } from './logits-processor.ts';

/**
 * Divides scores by a temperature: below 1 the likely tokens become likelier, above 1 all become more alike.
 *
 * $$ s_i \leftarrow s_i / T $$
 *
 * @throws RangeError unless the temperature is above 0 and finite; for 0 take greedy search.
 *
 * @example
 * import { TemperatureLogitsWarper } from '@kasane/seq2seq';
 * const scores = Float32Array.of(1, 2);
 * new TemperatureLogitsWarper(0.5).process([], scores);
 * scores; // => [2,4]
 * @category Generation
 */
export class TemperatureLogitsWarper implements LogitsProcessor {
  readonly temperature: number;

  constructor(temperature: number) {
    const rule = 'above 0 and finite (0 is greedy search, doSample: false)';
    requireThat(
      temperature > 0 && temperature < Infinity,
      'TemperatureLogitsWarper',
      'temperature',
      temperature,
      rule,
    );
    this.temperature = temperature;
  }

  process(_inputIds: readonly number[], scores: Float32Array): void {
    const temperature = Math.fround(this.temperature);
    for (let i = 0; i < scores.length; i++) scores[i]! /= temperature;
  }
}
