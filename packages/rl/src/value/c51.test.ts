import { Generator, tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corridor } from '../../test/corridor.ts';
import { C51, projectDistribution } from './c51.ts';

/** The loop of the paper's algorithm 1, where l = u keeps its mass. */
function byHand(p: number[], atoms: number[], reward: number, discount: number): number[] {
  const gap = atoms[1]! - atoms[0]!;
  const out = atoms.map(() => 0);
  for (const [j, z] of atoms.entries()) {
    const landed = Math.min(Math.max(reward + discount * z, atoms[0]!), atoms.at(-1)!);
    const b = (landed - atoms[0]!) / gap;
    const [l, u] = [Math.floor(b), Math.ceil(b)];
    if (l === u) out[l]! += p[j]!;
    else {
      out[l]! += p[j]! * (u - b);
      out[u]! += p[j]! * (b - l);
    }
  }
  return out;
}

describe('projectDistribution', () => {
  it('is the paper’s loop, and loses nothing where it lands exactly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 5, maxLength: 5 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.constantFrom(0, 0.25, 0.9, 1),
        (weights, reward, discount) => {
          const total = weights.reduce((sum, w) => sum + w, 0);
          const p = weights.map((w) => w / total);
          const atoms = [-2, -1, 0, 1, 2];
          for (const r of [reward, Math.round(reward)]) {
            const got = projectDistribution(
              tensor([p]),
              tensor(atoms),
              tensor([r]),
              tensor([discount]),
            ).toArray() as number[][]; // (1, 5)
            for (const [i, value] of byHand(p, atoms, r, discount).entries()) {
              expect(got[0]![i]).toBeCloseTo(value, 5);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('C51', () => {
  it('finds the returns of a corridor', async () => {
    const agent = await new C51(corridor(), {
      vMin: -5,
      vMax: 0,
      numAtoms: 11,
      lr: 0.01,
      hidden: [16],
      learningStarts: 100,
      batchSize: 32,
      trainFreq: 1,
      targetUpdateInterval: 50,
      gamma: 1,
      generator: new Generator(1),
    }).learn(800);
    const rows = agent.distribution([1, 0, 0, 0]).toArray() as number[][]; // (2, 11)
    // To the right and on: -3 for sure.
    expect(rows[1]![4]).toBeGreaterThan(0.9);
    expect(agent.act([1, 0, 0, 0])).toBe(6);
  });

  it('names options out of range', () => {
    expect(() => new C51(corridor(), { vMin: 1, vMax: 1 })).toThrow(
      'C51: vMin must be below vMax, 1, got 1.',
    );
    expect(() => new C51(corridor(), { numAtoms: 1 })).toThrow(
      'C51: numAtoms must be a whole number ≥ 2, got 1.',
    );
  });
});
