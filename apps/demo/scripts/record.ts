/**
 * `pnpm record [id ...]`: runs exercises at their quick preset and keeps what the page shows of them before they run there: how long it
 * takes, a small picture, and what is expected; and the names of what they show and answer, for a test that all are in Japanese.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exercises } from '../src/exercises/index.ts';
import type { Recorded } from '../src/page/contents/recorded.ts';
import { askExercise, runExercise } from '../src/runner.ts';
import { namesOf } from './names.ts';
import { thumbnailOf } from './thumbnail.ts';

const asked = process.argv.slice(2);

/** Adds something of each exercise to a file, which keeps what it had of the others. */
function keeper<T>(file: string): (id: string, one: T) => void {
  const path = join(import.meta.dirname, '../src/page', file);
  const all: Record<string, T> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  return (id, one) => {
    all[id] = one;
    const lines = Object.entries(all).map(
      ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
    );
    writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
  };
}
const keepRecorded = keeper<Recorded>('contents/recorded.gen.json');
const keepNames = keeper<string[]>('language/names.gen.json');

for (const exercise of exercises) {
  const { id } = exercise;
  if (asked.length > 0 && !asked.includes(id)) continue;
  const before = process.cpuUsage();
  const loaded = await exercise.load();
  const record = await runExercise(loaded, { preset: 'quick' });
  // What it works, and not how long it waits for a machine that has more to do.
  const { user, system } = process.cpuUsage(before);
  const seconds = Number(((user + system) / 1e6).toPrecision(2));
  keepRecorded(id, {
    seconds,
    checks: record.checks.map(({ name, expected, chart, bounds, asked: isAsked }) => ({
      name,
      expected,
      ...(isAsked === true ? { asked: true } : {}),
      ...(chart === undefined || bounds === undefined ? {} : { chart, bounds }),
    })),
    thumbnail: thumbnailOf(record),
  });
  const names = namesOf(record);
  for (const name of Object.keys(exercise.tries)) {
    names.push(...namesOf(await askExercise(loaded, record.trained, { name })));
  }
  keepNames(id, [...new Set(names)]);
  console.log(`${id}: ${seconds} s`);
}
