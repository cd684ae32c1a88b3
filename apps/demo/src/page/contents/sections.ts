import { SECTIONS, rowOf, type Section } from '../../course/rows.ts';
import type { CatalogEntry, Title } from '../../exercise.ts';
import { dictionaries } from '../language/messages.ts';

/** The exercises of one section of the course. */
export interface SectionOfContents {
  readonly name: string;
  readonly title: Title;
  readonly exercises: readonly CatalogEntry[];
}

/** An exercise that goes through more sections than this belongs to the course as a whole. */
const FEW = 3;

/** The section that an exercise belongs to, which is that of its first row; none if it goes through many, or beyond the course. */
export function sectionOf({ rows }: Pick<CatalogEntry, 'rows'>): Section | null {
  const all = [...new Set(rows.map((row) => rowOf(row).section))];
  return all.length > FEW ? null : (all[0] ?? null);
}

/** Exercises by section, in the order of the course; then those that go through all of it, then those beyond it. */
export function sectionsOf(catalog: readonly CatalogEntry[]): SectionOfContents[] {
  const sections = Object.entries(SECTIONS).map(([name, title]) => ({
    name,
    title,
    exercises: catalog.filter((one) => sectionOf(one) === name),
  }));
  const outside = catalog.filter((one) => sectionOf(one) === null);
  const whole: SectionOfContents = {
    name: 'whole',
    title: { en: dictionaries.en.whole, ja: dictionaries.ja.whole },
    exercises: outside.filter(({ rows }) => rows.length > 0),
  };
  const beyond: SectionOfContents = {
    name: 'beyond',
    title: { en: dictionaries.en.beyond, ja: dictionaries.ja.beyond },
    exercises: outside.filter(({ rows }) => rows.length === 0),
  };
  return [...sections, whole, beyond].filter(({ exercises }) => exercises.length > 0);
}

/** Whether an exercise has all of the words of a search, in either language, in its names or in what it answers. */
export function matches(
  { id, title, summary, rows, variants, packages }: CatalogEntry,
  search: string,
  /** The summary in the language that is read. */
  told: string,
): boolean {
  const names = Object.values(variants).flatMap((one) => [one.title.en, one.title.ja]);
  const subjects = rows.flatMap((row) => [rowOf(row).subject.en, rowOf(row).subject.ja]);
  const text = [id, title.en, title.ja, summary, told, ...names, ...subjects, ...packages].join(
    ' ',
  );
  const folded = text.normalize('NFKC').toLowerCase();
  return search
    .normalize('NFKC')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
