import { SECTIONS, rowOf } from '../../course/rows.ts';
import type { CatalogEntry, Title } from '../../exercise.ts';
import { dictionaries } from '../language/messages.ts';

/** The exercises of one section of the course. */
export interface SectionOfContents {
  readonly name: string;
  readonly title: Title;
  readonly exercises: readonly CatalogEntry[];
}

/** Exercises under the section of their first row, in the order of the course; those without rows come last. */
export function sectionsOf(catalog: readonly CatalogEntry[]): SectionOfContents[] {
  const sectionOf = ({ rows }: CatalogEntry): string =>
    rows[0] === undefined ? '' : rowOf(rows[0]).section;
  const sections = Object.entries(SECTIONS).map(([name, title]) => ({
    name,
    title,
    exercises: catalog.filter((one) => sectionOf(one) === name),
  }));
  const beyond: SectionOfContents = {
    name: 'beyond',
    title: { en: dictionaries.en.beyond, ja: dictionaries.ja.beyond },
    exercises: catalog.filter(({ rows }) => rows.length === 0),
  };
  return [...sections, beyond].filter(({ exercises }) => exercises.length > 0);
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
