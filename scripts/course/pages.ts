/**
 * The guides of the course, as text: one page for each section in English and in Japanese, and the page that lists them. What rows,
 * sections and exercises are called, and which exercise answers which row, is read from the exercises.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coverageOf, type Coverage } from '../../apps/demo/src/course/coverage.ts';
import { SECTIONS, type Section } from '../../apps/demo/src/course/rows.ts';
import { catalog } from '../../apps/demo/src/exercises/data.gen.ts';
import { root } from '../workspace.ts';
import { formulas, type Formula } from './formulas.ts';

/** A language of the pages. */
export type Language = 'en' | 'ja';

/** What the pages say in each language. */
const WORDS = {
  en: {
    course: 'Course: ',
    other: '日本語',
    all: 'all sections',
    lines: (first: number, last: number) => `lines ${first} to ${last} of the report`,
    formulas: 'Formulas, and the lines that compute them',
    formulaRow: ['formula', 'computed by', 'exercise'],
    exercises: 'Exercises',
    exerciseRow: ['exercise', 'answers'],
    run: 'Each runs with its name: `npx --yes pnpm@12 demo run rnn-binary-addition`, or in the page of `npx --yes pnpm@12 demo serve`, where it is explained.',
    between: ', ',
  },
  ja: {
    course: '講座：',
    other: 'English',
    all: '節の一覧',
    lines: (first: number, last: number) => `レポートの${first}〜${last}行`,
    formulas: '数式と、それを計算する行',
    formulaRow: ['数式', '計算する行', '演習'],
    exercises: '演習',
    exerciseRow: ['演習', '答える項目'],
    run: '演習は名前で実行できます。`npx --yes pnpm@12 demo run rnn-binary-addition`、または解説つきのページを開く `npx --yes pnpm@12 demo serve` です。',
    between: '、',
  },
} as const;

const rows: readonly Coverage[] = coverageOf();
const rowOf = (number: number): Coverage => rows[number - 1]!;
/** The sections, in the order of the course. */
export const sections: readonly Section[] = [...new Set(rows.map(({ section }) => section))];

/** Where the page of a section stands. */
export const pageOf = (section: Section, language: Language): string =>
  `docs/guides/course/${section}.${language}.md`;

/** The page of a section. */
export function sectionPage(section: Section, language: Language): string {
  const words = WORDS[language];
  const own = rows.filter((row) => row.section === section);
  const [first, last] = [own[0]!.lines[0], Math.max(...own.map(({ lines }) => lines[1]))];
  const other = language === 'en' ? 'ja' : 'en';
  const shown = formulas.filter(({ row }) => rowOf(row).section === section);
  const answering = catalog.filter(({ id }) => answered(id, own).length > 0);
  return `---
title: '${words.course}${SECTIONS[section][language]}'
---

# ${SECTIONS[section][language]}

[${words.other}](${section}.${other}.md) · [${words.all}](../course.md) · ${words.lines(first, last)}

## ${words.formulas}

${table(
  words.formulaRow,
  shown.map((formula) => {
    const { subject, answered: by } = rowOf(formula.row);
    const ids = [...new Set(by.map(({ exercise }) => exercise))].filter((id) => id !== 'quiz');
    return [
      `${subject[language]}<br>$${formula.tex}$`,
      computedBy(formula),
      ids.map((id) => `\`${id}\``).join(words.between),
    ];
  }),
)}

## ${words.exercises}

${words.run}

${table(
  words.exerciseRow,
  answering.map(({ id, title }) => [
    `${title[language]}<br>\`${id}\``,
    answered(id, own)
      .map((row) => row.subject[language])
      .join(words.between),
  ]),
)}
`;
}

/** The page that lists the sections in both languages. */
export function coursePage(): string {
  const children = sections.flatMap((section) =>
    (['en', 'ja'] as const).map((language) => `  - course/${section}.${language}.md`),
  );
  const line = (section: Section): string[] => {
    const own = rows.filter((row) => row.section === section);
    const ids = new Set(own.flatMap((row) => row.answered.map(({ exercise }) => exercise)));
    return [
      `[${SECTIONS[section].en}](course/${section}.en.md)`,
      `[${SECTIONS[section].ja}](course/${section}.ja.md)`,
      String(own.length),
      String(formulas.filter(({ row }) => rowOf(row).section === section).length),
      String(ids.size),
    ];
  };
  return `---
title: The course, formula by formula
children:
${children.join('\n')}
---

# The course, formula by formula

A deep-learning course is behind the exercises of the demo. Each of its sections has a page here that maps every formula to the line of
code that computes it and to the exercises that use it. The lines are held to the sources by a test.
Written by \`pnpm course-guides\`; do not edit.

${table(['section', '節', 'rows', 'formulas', 'exercises'], sections.map(line))}
`;
}

/** The rows of a section that an exercise answers. */
function answered(id: string, own: readonly Coverage[]): readonly Coverage[] {
  return own.filter((row) => row.answered.some(({ exercise }) => exercise === id));
}

function computedBy({ symbol, file, code }: Formula): string {
  const link = symbol === null ? '' : ` · ${linkTo(symbol)}`;
  return `\`${code}\`<br>\`${file}\`${link}`;
}

/** A link to a name in the reference: what a package has several entries for, stands in the module of its entry. */
function linkTo(symbol: string): string {
  const [from, name] = symbol.split(':') as [string, string];
  const [id, entry = 'index'] = from.split('/') as [string, string?];
  const options = join(root, 'packages', id, 'typedoc.json');
  // A file of ours.
  const { entryPoints = [] } = existsSync(options)
    ? (JSON.parse(readFileSync(options, 'utf8')) as { readonly entryPoints?: readonly string[] })
    : {};
  const module = entryPoints.length > 1 ? `${entry}.` : '';
  return `{@link @kasane/${id}!${module}${name} ${name}}`;
}

/** A table; the formatter lines up its columns. */
function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const escaped = [head, ...body].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  return [escaped[0]!, head.map(() => '-'), ...escaped.slice(1)]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
