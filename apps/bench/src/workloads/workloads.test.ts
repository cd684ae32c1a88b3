import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeGoal } from '../goal.ts';
import { workloads } from './index.ts';

const source = (id: string): string => readFileSync(new URL(`${id}.ts`, import.meta.url), 'utf8');
const goalsOf = (id: string): string[] => {
  const { goals, unit } = workloads.find((one) => one.id === id)!;
  return goals.map((goal) => describeGoal(goal, unit));
};

describe('the rows', () => {
  it('have names of their own, and sides with names of their own', () => {
    const ids = workloads.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { ours, peers } of workloads) {
      const names = [ours, ...peers].map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('have goals that speak of peers they have', () => {
    for (const { goals, peers } of workloads) {
      expect(goals.length).toBeGreaterThan(0);
      const named = goals.flatMap((goal) => ('against' in goal ? goal.against : []));
      expect(peers.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
    }
  });

  it('say in the title what is compiled, and how many threads there are', () => {
    for (const { id, title, threads } of workloads) {
      const base = id.replace(/-compiled$/, '');
      if (title.startsWith('training step')) expect(title).toMatch(/, (eager|compiled)$/);
      if (base !== id) expect(title).toMatch(/, compiled$/);
      expect(title.includes(`on ${threads} threads`)).toBe(threads > 1);
    }
  });

  it('have their PyTorch side beside them', () => {
    const files = [
      'add',
      'gemm',
      'mlp-mnist',
      'mlp-tiny',
      'recurrent',
      'dqn',
      'rnn-binary-addition',
    ];
    for (const file of [
      ...files,
      'diffusion-2d',
      'rnn-keras',
      'seq2seq-attention',
      'vae',
      'word2vec',
    ]) {
      expect(source(file)).toContain(`pytorch('${file}.py', `);
      expect(existsSync(new URL(`${file}.py`, import.meta.url))).toBe(true);
    }
  });

  it('have goals in time and in ratio', () => {
    expect(goalsOf('gemm-1024-2-threads')).toEqual([
      'at least 2.8× as fast as tfjs wasm',
      'at least 0.75× as fast as onnxruntime 2 threads',
    ]);
    expect(goalsOf('rnn-binary-addition-compiled')).toEqual([
      'at least 40× as fast as the faster of tfjs wasm and tfjs cpu',
      'at most 0.03 ms',
      'at least 1× as fast as the faster of PyTorch 1 thread and PyTorch 2 threads',
    ]);
    expect(goalsOf('load')).toEqual(['at most 60 ms']);
  });
});
