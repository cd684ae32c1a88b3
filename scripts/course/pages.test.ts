import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { courseRows } from '../../apps/demo/src/course/rows.ts';
import { exportsOf } from '../exports.ts';
import { readManifest, root, sourceCondition } from '../workspace.ts';
import { formulas } from './formulas.ts';
import { coursePages, sections } from './pages.ts';

describe('the formulas of the course', () => {
  it.each(formulas.map((formula) => [formula.tex, formula] as const))(
    '%s is computed where its page says',
    (_, { file, code }) => {
      const lines = readFileSync(join(root, file), 'utf8').split('\n');
      // What follows is the next part of the line, or a comment.
      expect(lines.filter((line) => line.includes(code)).length).toBeGreaterThan(0);
    },
  );

  it('name what the packages export', () => {
    const missing = formulas.flatMap(({ symbol }) => {
      if (symbol === null) return [];
      const [from, name] = symbol.split(':') as [string, string];
      const [id, entry] = from.split('/') as [string, string?];
      const dir = join(root, 'packages', id);
      const exported = readManifest(dir).exports?.[entry === undefined ? '.' : `./${entry}`];
      return exportsOf(join(dir, exported?.[sourceCondition] ?? '')).has(name) ? [] : [symbol];
    });
    expect(missing).toEqual([]);
  });

  it('stand in every section', () => {
    const covered = new Set(formulas.map(({ row }) => courseRows[row - 1]!.section));
    expect(sections.filter((section) => !covered.has(section))).toEqual([]);
  });
});

describe('the guides of the course are current (pnpm course-guides)', () => {
  // The formatter lines up columns.
  const plain = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{2,}/g, '-');

  it.each(coursePages())('%s', (path, text) => {
    expect(plain(readFileSync(join(root, path), 'utf8'))).toBe(plain(text));
  });
});
