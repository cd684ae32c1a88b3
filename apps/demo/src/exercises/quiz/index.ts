/**
 * The questions of the course, answered by computing: every option gives its numbers, the truth is
 * found on another way, and the options that agree with it must be those of the course's key.
 */
import type { Check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { Exercise } from '../../exercise.ts';
import { formatNumber } from '../../number-format.ts';
import { checkKey, judge } from './question.ts';
import { part2Architectures } from './part-2-architectures.ts';
import { part2DataAndDetection } from './part-2-data-and-detection.ts';
import { part2Section1 } from './part-2-section-1.ts';
import { part2Section2 } from './part-2-section-2.ts';
import { section1 } from './section-1.ts';
import { section2 } from './section-2.ts';
import { section3 } from './section-3.ts';
import { section5 } from './section-5.ts';
import { section7 } from './section-7.ts';

const questions = [
  ...section1,
  ...section2,
  ...section3,
  ...section5,
  ...section7,
  ...part2Section1,
  ...part2Architectures,
  ...part2DataAndDetection,
  ...part2Section2,
];

/** The first numbers of an option. */
const brief = (numbers: readonly number[]): string =>
  numbers
    .slice(0, 3)
    .map((n) => formatNumber(n, 5))
    .join(', ') + (numbers.length > 3 ? ', …' : '');

export const quiz: Exercise = defineExercise({
  id: 'quiz',
  title: { en: 'The questions of the course', ja: '確認テスト・演習チャレンジ' },
  summary: 'Computes every option of the questions, and shows by its numbers which one is right.',
  rows: [...new Set(questions.map(({ row }) => row))].toSorted((a, b) => a - b),
  parameters: {},
  async *run() {
    const checks: Check[] = [];
    for (const [i, question] of questions.entries()) {
      const verdicts = await judge(question);
      yield {
        type: 'table',
        name: `${question.id}: ${question.ask.en}`,
        columns: ['option', 'gives', `differs from ${question.by} by`, 'right'],
        rows: verdicts.map(({ option, numbers, difference, right }) => [
          option,
          brief(numbers),
          Number.isFinite(difference) ? formatNumber(difference, 3) : 'another shape',
          right,
        ]),
        asks: {
          id: question.id,
          question: question.ask,
          right: verdicts.flatMap(({ right }, option) => (right ? [option] : [])),
        },
      };
      yield { type: 'progress', step: i + 1, total: questions.length };
      checks.push(checkKey(question, verdicts));
    }
    return checks;
  },
});
