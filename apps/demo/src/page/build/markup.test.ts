import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../exercises/data.gen.ts';
import coverage from '../../course/coverage.gen.json' with { type: 'json' };
import { piecesOf } from '../exercise/measured.ts';
import { patternOf } from '../language/patterns.ts';
import { htmlOf } from './markup.ts';

describe('explanations become HTML', () => {
  test.each([
    ['one\ntwo', '<p>one two</p>'],
    ['一\n二', '<p>一二</p>'],
    ['a *b* `c<d` & e', '<p>a <em>b</em> <code>c&lt;d</code> &amp; e</p>'],
    ['## head\n\ntext', '<h2>head</h2>\n<p>text</p>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['> said', '<blockquote class="claim">said</blockquote>'],
    ['[x](https://a.b/c)', '<p><a href="https://a.b/c">x</a></p>'],
    ['<script>', '<p>&lt;script&gt;</p>'],
  ])('%j', (source, html) => {
    expect(htmlOf(source)).toBe(html);
  });

  test('formulas are MathML, without a style that a strict page would refuse', () => {
    const html = htmlOf(
      String.raw`$$\begin{aligned} \tensor{z^t} &= f(W z^{t-1}) \\ y &= \frac{1}{2} \end{aligned}$$`,
    );
    expect(html).toMatch(/^<div class="formula"[^>]*><math display="block"/);
    expect(html).toContain('data-tensor="z^t"');
    expect(htmlOf(String.raw`$\tensor[∂E/∂W]{W}$`)).toContain('tabindex="0" data-tensor="∂E/∂W"');
    expect(html).not.toContain(' style=');
  });

  test('a formula that is none is refused', () => {
    expect(() => htmlOf(String.raw`$\frac{1}$`)).toThrow('Unexpected end of input');
  });
});

const folder = join(import.meta.dirname, '../../explanations');
const files = readdirSync(folder);

test('explanations are of exercises, each in both languages', () => {
  const ids = new Set(files.map((file) => file.split('.')[0]!));
  expect([...ids].filter((id) => !catalog.some((one) => one.id === id))).toEqual([]);
  expect(files.toSorted()).toEqual(
    [...ids].flatMap((id) => [`${id}.en.md`, `${id}.ja.md`]).toSorted(),
  );
});

test.each(files)('%s can be read', (file) => {
  expect(htmlOf(readFileSync(join(folder, file), 'utf8'))).toContain('<p>');
});

/** The rows of the formulas of an explanation, in their order. */
const rowsOf = (id: string, language: 'en' | 'ja'): string[] =>
  [...htmlOf(readFileSync(join(folder, `${id}.${language}.md`), 'utf8')).matchAll(/data-rows="([^"]*)"/g)].map((found) => found[1]!); // prettier-ignore

/** What the claims of an explanation are held against, as its HTML says it. */
const measuredIn = (id: string, language: 'en' | 'ja') =>
  piecesOf(htmlOf(readFileSync(join(folder, `${id}.${language}.md`), 'utf8'))).flatMap(({ measured }) => measured ?? []); // prettier-ignore

describe('claims are held against checks', () => {
  test.each(catalog.map(({ id }) => id))('that %s makes, the same in both languages', (id) => {
    const claims = measuredIn(id, 'en');
    expect(measuredIn(id, 'ja')).toEqual(claims);
    for (const { variant, checks } of claims) {
      const made = coverage.find((one) => one.id === id && one.variant === variant)!.checks;
      const names = made.flatMap(({ name }) => [name, patternOf(name)]);
      expect(checks.filter((check) => !names.includes(check))).toEqual([]);
    }
  });

  test.each(['mnist-cnn', 'perceptron-gates', 'keras-rnn-binary-addition', 'bellman'])(
    'where the course misleads: %s',
    (id) => {
      expect(measuredIn(id, 'en')).toHaveLength(1);
    },
  );
});

describe('formulas stand for rows of the course', () => {
  test.each(catalog.map((one) => [one.id, one.rows] as const))(
    'in %s for rows that it answers, the same in both languages',
    (id, rows) => {
      expect(rowsOf(id, 'ja')).toEqual(rowsOf(id, 'en'));
      const named = rowsOf(id, 'en').flatMap((list) => list.split(' ').map(Number));
      expect(named.filter((row) => !rows.includes(row))).toEqual([]);
    },
  );

  // States, BPTT and its updates, clipping, gates, the GRU, both directions, Q-learning, Bellman, returns, the policy gradient, leaky ReLU.
  test.each([4, 5, 6, 7, 22, 27, 28, 34, 36, 38, 43, 49, 52, 64, 88, 141, 145, 146, 147, 148, 151, 152, 153, 159])(
    'row %i has one, since the report has',
    (row) => {
      const all = catalog.flatMap(({ id }) => rowsOf(id, 'en')).flatMap((list) => list.split(' '));
      expect(all).toContain(String(row));
    },
  );
}); // prettier-ignore
