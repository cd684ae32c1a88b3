import { describe, expect, it } from 'vitest';
import { Generator, onFallback, ones, tensor, watchOps, zeros } from './index.ts';
import { observe, observers, type Observer } from './observer.ts';

describe('observe', () => {
  it('tells what happens, in order', () => {
    const seen: string[] = [];
    const note =
      (event: string) =>
      (...what: readonly unknown[]): void => {
        seen.push(typeof what[0] === 'string' ? `${event} ${what[0]}` : event);
      };
    const events = [
      ...(['starts', 'uploaded', 'overwrote', 'created', 'made', 'viewed', 'reads'] as const),
      ...(['checked', 'assigns', 'gradient', 'draws'] as const),
    ];
    const observer: Observer = {
      ...Object.fromEntries(events.map((event) => [event, note(event)])),
      executed: (op) => seen.push(`executed ${op.name}`),
      reads: (_, method) => seen.push(`reads ${method}`),
    };
    const told = (act: () => void): string[] => {
      const stop = observe(observer);
      act();
      stop();
      return seen.splice(0);
    };
    const x = zeros([2], { requiresGrad: true });
    const matrix = zeros([2, 1]);
    const index = tensor([1], { dtype: 'int32' });
    expect(told(() => x.add(1))).toEqual(['starts', 'executed add', 'created', 'made add']);
    expect(told(() => tensor([1, 2]))).toEqual(['starts', 'uploaded', 'created']);
    expect(told(() => matrix.reshape([2]))).toEqual(['viewed', 'created']);
    expect(told(() => x.indexSelect(0, index))[0]).toBe('checked');
    expect(told(() => index.item())).toEqual(['reads item']);
    expect(told(() => void index.data())).toEqual(['reads data']);
    const value = ones([2]);
    expect(told(() => x.assign(value))).toEqual(['assigns', 'overwrote']);
    expect(told(() => x.grad)).toEqual(['gradient']);
    expect(told(() => (x.grad = value))).toEqual(['gradient']);
    const generator = new Generator(0);
    expect(told(() => generator.random())).toEqual(['draws random']);
    expect(told(() => generator.below(3))).toEqual(['draws below']);
    expect(told(() => generator.fork('a'))).toEqual([]);
  });

  it('tells all who look, each until it stops', () => {
    const seen: string[] = [];
    const stopOuter = watchOps((op) => seen.push(`outer ${op}`));
    const stopInner = watchOps((op) => seen.push(`inner ${op}`));
    tensor([1]).exp();
    stopOuter();
    tensor([1]).log();
    stopInner();
    tensor([1]).sin();
    expect(seen).toEqual(['outer exp', 'inner exp', 'inner log']);
    expect(observers).toBeNull();
  });

  it('lets one listener at a time hear of fallbacks', () => {
    const seen: string[] = [];
    onFallback((row) => seen.push(`first ${row.op}`));
    onFallback((row) => seen.push(`second ${row.op}`));
    tensor([1], { dtype: 'float64' }).exp();
    onFallback(null);
    tensor([1], { dtype: 'float64' }).exp();
    expect(seen).toEqual(['second exp']);
    expect(observers).toBeNull();
  });
});
