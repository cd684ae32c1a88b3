import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  indexSource,
  interfaceSource,
  kernelSources,
  signatureSource,
} from '../scripts/kernel-sources.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kernels-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const found = (text: string): ReturnType<typeof kernelSources> => {
  writeFileSync(join(folder, 'family.ts'), text);
  return kernelSources(folder);
};

describe('kernels, as their sources declare them', () => {
  it('are the exported functions that say so, by their own name or the one that is given', () => {
    const kernels = found(`
/** Helps. */
export function help(x: usize): void {}

/** |x|. @kernel */
export function abs(x: usize, out: usize, n: i32): void {}

/**
 * The largest of x
 * and of low.
 * @kernel max
 */
export function largest(
  x: usize,
  low: f32,
  step: f64,
): i32 {}
`);
    expect(kernels.map(({ name, type }) => `${name} ${type}`)).toEqual(['abs iii', 'max ifd:i']);
    expect(indexSource(kernels)).toBe(
      "export { abs } from './family';\nexport { largest as max } from './family';\n",
    );
    expect(interfaceSource(kernels)).toContain(
      `  /** |x|. */
  readonly abs: (x: number, out: number, n: number) => void;
  /**
   * The largest of x
   * and of low.
   */
  readonly max: (x: number, low: number, step: number) => number;
}`,
    );
    expect(signatureSource(kernels)).toContain("  max: ['x', 'low', 'step'],\n");
  });

  it.each([
    ['/** No function. @kernel */\nconst x = 1;', '@kernel ends the comment before an exported'],
    ['/** Within. @kernel */\nfunction f(x: usize): void {}', '@kernel ends the comment before'],
    ['/** Wide. @kernel */\nexport function f(x: v128): void {}', 'f: a kernel takes numbers'],
    [
      '/** A. @kernel f */\nexport function a(): void {}\n\n/** F. @kernel */\nexport function f(): void {}',
      'two kernels have one name',
    ],
  ])('are refused otherwise: %s', (text, message) => {
    expect(() => found(text)).toThrow(message);
  });
});
