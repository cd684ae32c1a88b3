/**
 * The guides of the course, as text: one page for each section in English and in Japanese, and the page that lists them. What rows,
 * sections and exercises are called, and which exercise answers which row, is read from the exercises.
 */
import { coverageOf, type Coverage } from '../../apps/demo/src/course/coverage.ts';
import { SECTIONS, type Section } from '../../apps/demo/src/course/rows.ts';
import { catalog } from '../../apps/demo/src/exercises/data.gen.ts';
import { formulas, type Formula } from './formulas.ts';

/** A language of the pages. */
export type Language = 'en' | 'ja';

/** What the pages say in each language. */
const WORDS = {
  en: {
    title: 'The course, formula by formula',
    about:
      'A deep-learning course is behind the exercises of the demo. Each of its sections has a page here that maps every formula to the line of code that computes it and to the exercises that use it. The lines are held to the sources by a test.',
    made: 'Written by `pnpm course-guides`; do not edit.',
    sectionRow: ['section', 'rows', 'formulas', 'exercises'],
    course: 'Course: ',
    all: 'All sections',
    lines: (first: number, last: number) => `lines ${first} to ${last} of the report`,
    formulas: 'Formulas, and the lines that compute them',
    formulaRow: ['formula', 'in the reference', 'exercise'],
    exercises: 'Exercises',
    exerciseRow: ['exercise', 'answers'],
    run: 'An exercise runs by its name, as in `npx --yes pnpm@12 demo run rnn-binary-addition`, or in the page of `npx --yes pnpm@12 demo serve`, which explains it.',
    between: ', ',
  },
  ja: {
    title: '講座の数式とコード',
    about:
      'デモの演習は、ある深層学習講座にもとづいています。節ごとのページで、それぞれの数式を、それを計算するコードの行と、それを使う演習に対応させます。行がソースにあることはテストで確かめています。',
    made: '`pnpm course-guides` が書き出します。直接編集しないでください。',
    sectionRow: ['節', '項目', '数式', '演習'],
    course: '講座：',
    all: '節の一覧',
    lines: (first: number, last: number) => `レポートの${first}〜${last}行`,
    formulas: '数式と、それを計算する行',
    formulaRow: ['数式', 'リファレンス', '演習'],
    exercises: '演習',
    exerciseRow: ['演習', '答える項目'],
    run: '演習は `npx --yes pnpm@12 demo run rnn-binary-addition` のように名前で実行できます。`npx --yes pnpm@12 demo serve` のページには解説もあります。',
    between: '、',
  },
} as const;

const rows: readonly Coverage[] = coverageOf();
const rowOf = (number: number): Coverage => rows[number - 1]!;
/** The sections, in the order of the course. */
export const sections: readonly Section[] = [...new Set(rows.map(({ section }) => section))];

const folderOf = (language: Language): string =>
  language === 'en' ? 'docs/guides' : `docs/guides/${language}`;

/** Every page of the course: its path and its text. */
export function coursePages(): readonly (readonly [path: string, text: string])[] {
  return (['en', 'ja'] as const).flatMap((language) => [
    [`${folderOf(language)}/course.md`, coursePage(language)] as const,
    ...sections.map(
      (section) =>
        [`${folderOf(language)}/course-${section}.md`, sectionPage(section, language)] as const,
    ),
  ]);
}

/** The page of a section. */
function sectionPage(section: Section, language: Language): string {
  const words = WORDS[language];
  const own = rows.filter((row) => row.section === section);
  const [first, last] = [own[0]!.lines[0], Math.max(...own.map(({ lines }) => lines[1]))];
  const computed = own
    .map((row) => ({ row, list: formulas.filter((one) => one.row === row.row) }))
    .filter(({ list }) => list.length > 0);
  const answering = catalog.filter(({ id }) => answered(id, own).length > 0);
  return `---
title: '${words.course}${SECTIONS[section][language]}'
---

# ${SECTIONS[section][language]}

[${words.all}](course.md) · ${words.lines(first, last)}

${table(
  words.formulaRow,
  computed.map(({ row, list }) => [
    row.subject[language],
    unique(list.flatMap(({ symbol }) => symbol ?? []))
      .map(linkTo)
      .join(words.between) || '–',
    unique(row.answered.map(({ exercise }) => exercise))
      .map((id) => `\`${id}\``)
      .join(words.between),
  ]),
)}

## ${words.formulas}

${computed.map(({ row, list }) => `### ${row.subject[language]}\n\n${list.map(shown).join('\n')}`).join('\n')}
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

const unique = <T>(list: readonly T[]): T[] => [...new Set(list)];

/** A formula, and below it the line that computes it with its place. */
function shown({ tex, file, code }: Formula): string {
  return `$$ ${tex} $$

\`${file}\`

\`\`\`ts from ${file}
${code}
\`\`\`
`;
}

/** The page that lists the sections. */
function coursePage(language: Language): string {
  const words = WORDS[language];
  const line = (section: Section): string[] => {
    const own = rows.filter((row) => row.section === section);
    const ids = new Set(own.flatMap((row) => row.answered.map(({ exercise }) => exercise)));
    return [
      `[${SECTIONS[section][language]}](course-${section}.md)`,
      String(own.length),
      String(formulas.filter(({ row }) => rowOf(row).section === section).length),
      String(ids.size),
    ];
  };
  return `---
title: '${words.title}'
---

# ${words.title}

${words.about}

${words.made}

${table(words.sectionRow, sections.map(line))}
`;
}

/** The rows of a section that an exercise answers. */
function answered(id: string, own: readonly Coverage[]): readonly Coverage[] {
  return own.filter((row) => row.answered.some(({ exercise }) => exercise === id));
}

/** A link to a name in the reference, which has a module for each entry of a package. */
function linkTo(symbol: string): string {
  const [entry, name] = symbol.split(':') as [string, string];
  return `{@link @kasane/${entry}!${name} ${name}}`;
}

/** A table; the formatter lines up its columns. */
function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const escaped = [head, ...body].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  return [escaped[0]!, head.map(() => '-'), ...escaped.slice(1)]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
