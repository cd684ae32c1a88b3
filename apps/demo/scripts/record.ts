/**
 * `pnpm record [id ...]`: runs exercises at their quick preset and keeps what the page shows of them before they run there: how long it
 * takes, a small picture, and what is expected.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exercises } from '../src/exercises/index.ts';
import type { Recorded } from '../src/page/contents/recorded.ts';
import { runExercise } from '../src/runner.ts';
import { thumbnailOf } from './thumbnail.ts';

const path = join(import.meta.dirname, '../src/page/contents/recorded.gen.json');
const asked = process.argv.slice(2);
const kept: Record<string, Recorded> = existsSync(path)
  ? JSON.parse(readFileSync(path, 'utf8'))
  : {};
const recorded: Record<string, Recorded> = {};
const write = (): void => {
  const lines = Object.entries({ ...kept, ...recorded }).map(
    ([id, one]) => `${JSON.stringify(id)}: ${JSON.stringify(one)}`,
  );
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
};
for (const exercise of exercises) {
  const { id } = exercise;
  if (asked.length > 0 && !asked.includes(id)) continue;
  const before = process.cpuUsage();
  const record = await runExercise(await exercise.load(), { preset: 'quick' });
  // What it works, and not how long it waits for a machine that has more to do.
  const { user, system } = process.cpuUsage(before);
  recorded[id] = {
    seconds: Number(((user + system) / 1e6).toPrecision(2)),
    checks: record.checks.map(({ name, expected, chart, bounds, asked: isAsked }) => ({
      name,
      expected,
      ...(isAsked === true ? { asked: true } : {}),
      ...(chart === undefined || bounds === undefined ? {} : { chart, bounds }),
    })),
    thumbnail: thumbnailOf(record),
  };
  console.log(`${id}: ${recorded[id].seconds} s`);
  write();
}
write();
