import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import coverage from '../../course/coverage.gen.json' with { type: 'json' };
import { catalog } from '../../exercises/data.gen.ts';
import { parseValue } from '../../parameter.ts';
import { readSettings } from '../exercise/settings.ts';
import { inJapanese, names, sayings } from './japanese.ts';
import recorded from './names.gen.json' with { type: 'json' };
import { hasWords, patternOf } from './patterns.ts';

/** All that exercises say of themselves in English alone. */
const said = new Set(
  catalog.flatMap(({ summary, parameters, charts, tries }) => [
    summary,
    ...Object.values(charts).flatMap(({ x, y }) => [x, y]),
    ...[parameters, ...Object.values(tries).map((one) => one.parameters)].flatMap((declared) =>
      Object.values(declared).map(({ description }) => description),
    ),
  ]),
);

const missing = (texts: Iterable<string>): string[] =>
  [...new Set(texts)].filter((text) => inJapanese(text) === undefined);

test('everything is said in Japanese too', () => {
  expect(missing(said)).toEqual([]);
});

test('nothing is said in Japanese that no exercise says', () => {
  expect(Object.keys(sayings).filter((saying) => !said.has(saying))).toEqual([]);
});

/** Names that repeat what was asked, and the signature of BLEU, which papers write so. */
const ECHO = / …$| — | − |^BLEU\||^\(|^(?:reverse|copy|sort): /;

describe('no name is without Japanese', () => {
  test.each(Object.entries(recorded))('of what %s shows and answers', (_, shown) => {
    expect(missing(shown.filter(hasWords)).filter((name) => !ECHO.test(name))).toEqual([]);
  });

  test('of the checks of any variant', () => {
    const checks = coverage.flatMap((one) => one.checks.map(({ name }) => name));
    expect(missing(checks.filter(hasWords))).toEqual([]);
  });

  test('and every exercise has been recorded', () => {
    expect(Object.keys(recorded).toSorted()).toEqual(catalog.map(({ id }) => id).toSorted());
  });
});

describe('a name in Japanese', () => {
  test('keeps the numbers of the other', () => {
    expect(inJapanese('IoU of [0, 0, 2, 2] and [1, 1, 3, 3]')).toBe('[0, 0, 2, 2] と [1, 1, 3, 3] のIoU');
    expect(inJapanese('share of all 16,384 sums right, worst network')).toBe('全16,384通りの和の正解率（最悪のネットワーク）');
  });

  test('has as many', () => {
    const count = (text: string): number => text.split('#').length;
    expect(Object.entries(names).filter(([name, told]) => count(name) !== count(told))).toEqual([]);
    expect(Object.keys(names).filter((name) => patternOf(name) !== name)).toEqual([]);
  });

  test('of two that are joined has both', () => {
    expect(inJapanese('LSTM has a third more weights and GRU has more gates')).toBe('LSTMの重みは3分の1多い／GRUのほうがゲートが多い');
  });
}); // prettier-ignore

describe('what is wrong is said in Japanese', () => {
  test.each(catalog.map((one) => [one.id, one] as const))('in the link of %s', (_, exercise) => {
    const query = new URLSearchParams({ variant: 'x', preset: 'x', seed: 'x', backend: 'x' });
    for (const name of Object.keys(exercise.parameters)) query.set(name, 'x'.repeat(100_000));
    const other = new URLSearchParams(Object.keys(exercise.parameters).map((name) => [name, '-1e9']));
    const modes = ['backend=gpu&mode=x', 'threads=99'].map((text) => new URLSearchParams(text));
    const problems = [query, other, ...modes].flatMap((one) => readSettings(exercise, one).problems);
    expect(problems.length).toBeGreaterThan(5);
    expect(missing(problems)).toEqual([]);
  });

  test('by tries', () => {
    const folder = join(import.meta.dirname, '../../exercises');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(folder, file), 'utf8'));
    const thrown = sources.flatMap((source) =>
      [...source.matchAll(/new UsageError\(\s*(['"`])((?:\$\{(?:[^{}`]|`[^`]*`|\{[^}]*\})*\}|(?!\1)[^])*)\1/g)]
        .map((found) => found[2]!.replaceAll(/\$\{(?:[^{}`]|`[^`]*`|\{[^}]*\})*\}/g, 'x').replaceAll("\\'", "'")),
    );
    expect(thrown.length).toBeGreaterThan(10);
    expect(missing(thrown)).toEqual([]);
  });

  test('with what was given in its place', () => {
    const { lr } = catalog.find(({ id }) => id === 'iris')!.parameters;
    const message = (() => {
      try {
        return String(parseValue('lr', lr!, '1000'));
      } catch (error) {
        return (error as Error).message; // a UsageError
      }
    })();
    expect(inJapanese(message)).toBe('lr には0.000001から10までの数を指定します（指定：「1000」）。最も近い値は10です。');
  });
}); // prettier-ignore
