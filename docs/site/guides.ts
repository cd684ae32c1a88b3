/** The guides in the order in which one reads them, in groups. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { home } from './packages.ts';

export type GuideGroup = 'start' | 'from' | 'concepts' | 'course';

const order: Readonly<Record<GuideGroup, readonly string[]>> = {
  start: ['getting-started'],
  from: ['from-pytorch-and-keras', 'from-tensorflow-js', 'from-gymnasium'],
  // A guide that is not listed comes at the end of these.
  concepts: ['data', 'checkpoints', 'compile', 'memory', 'backends', 'op-matrix', 'numerical-promises', 'measured', 'adding'],
  course: ['course', ...chapters()],
}; // prettier-ignore

/** The pages of the course, as its first page lists them. */
function chapters(): string[] {
  const text = readFileSync(join(home, 'guides/course.md'), 'utf8');
  return [...text.matchAll(/\]\((course-[\w-]+)\.md\)/g)].map(([, name]) => name!); // a group that always matches
}

/** The group of a guide by the name of its file. */
export function groupOf(guide: string): GuideGroup {
  const groups = Object.entries(order) as [GuideGroup, readonly string[]][]; // as the type of `order` says
  return groups.find(([, names]) => names.includes(guide))?.[0] ?? 'concepts';
}

/** The names of all guides in this order. */
export function guides(): string[] {
  const all = globSync('*.md', { cwd: join(home, 'guides') }).map((file) => file.slice(0, -'.md'.length));
  const { start, from, concepts, course } = order;
  const listed = [...start, ...from, ...concepts, ...course];
  const rest = all.filter((name) => !listed.includes(name)).toSorted();
  return [...start, ...from, ...concepts, ...rest, ...course].filter((name) => all.includes(name));
} // prettier-ignore
