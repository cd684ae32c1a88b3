import { expect, test } from 'vitest';
import { packProgram, unpackProgram } from './program-link.ts';

test('a program comes back from its link', async () => {
  for (const source of ['', 'console.log("日本 😀")\n', 'const a = 1;\n'.repeat(1000)]) {
    const packed = await packProgram(source);
    expect(packed).toMatch(/^[\w-]*$/);
    expect(await unpackProgram(packed)).toBe(source);
  }
  expect((await packProgram('const a = 1;\n'.repeat(1000))).length).toBeLessThan(200);
});

test('a link that was shortened or made up gives nothing', async () => {
  const packed = await packProgram('for (let i = 0; i < 10; i++) console.log(i);');
  for (const broken of [packed.slice(0, -5), packed.slice(3), '!', 'AAAA', '%', 'a'.repeat(99)]) {
    expect(await unpackProgram(broken)).toBe(null);
  }
});

test('a link that unpacks without end is left', async () => {
  expect(await unpackProgram(await packProgram('a'.repeat(5_000_000)))).toBe(null);
});
