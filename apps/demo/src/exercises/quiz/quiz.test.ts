import { describe, expect, it } from 'vitest';
import { judge } from './question.ts';
import { quiz } from './index.ts';
import { part2Section2 } from './part-2-section-2.ts';
import { section5 } from './section-5.ts';
import { section7 } from './section-7.ts';

describe.each(
  [...section5, ...section7, ...part2Section2].map((question) => [question.id, question] as const),
)('the question %s', (_, question) => {
  it('has the options right that the course gives, and no others', async () => {
    const verdicts = await judge(question);
    const right = verdicts.filter((verdict) => verdict.right).map(({ option }) => option);
    expect(right).toEqual(question.key);
    // What is wrong is so by far, not by rounding.
    for (const { option, difference, right: isRight } of verdicts) {
      if (!isRight) expect([option, difference > 1e-3]).toEqual([option, true]);
    }
  });

  it('is asked', () => {
    expect(quiz.rows).toContain(question.row);
  });
});
